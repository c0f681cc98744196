/** Conditions on columns and row-key parts, `temp < 0 and station = 'JFK'`: compiled once, tested a run at a time. */
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import type { AlignedRun } from './aligned-run.js'
import type { RunVector } from './run-vector.js'
import { type SubjectReader, subjectReader } from './subject-reader.js'
import type { ColumnRef, TableSchema } from './table-schema.js'
import type { ValueType } from './value-type.js'
import { isTextType, numberTest, textBound } from './where-bound.js'
import { compileColumnPair } from './where-column-pair.js'
import { caret, whereError } from './where-error.js'
import {
  andMasks,
  FALSE,
  holds,
  markUnknown,
  negateMask,
  orMasks,
  TextTest,
  TRUE,
  testBigints,
  testNull,
  testNumbers,
} from './where-kernels.js'
import {
  type CompareOp,
  type LiteralOperand,
  type NameOperand,
  parseWhere,
  type WhereNode,
} from './where-parser.js'

/** Fills mask[0, count) with TRUE, FALSE or UNKNOWN. */
export type MaskStep = (vectors: readonly RunVector[], count: number, mask: Uint8Array) => void

/** A checked condition. `mask()` makes the thing that tests rows. */
export class WherePlan {
  readonly text: string
  /** The columns and row-key parts it reads. */
  readonly columns: readonly ColumnRef[]
  /** The columns among them, as `family:column`. */
  readonly columnNames: readonly string[]
  readonly #schema: TableSchema
  readonly #node: WhereNode

  constructor(text: string, schema: TableSchema) {
    this.text = text
    this.#schema = schema
    this.#node = parseWhere(text)
    const compiler = new WhereCompiler(text, schema)
    compiler.compile(this.#node)
    this.columns = compiler.refs
    this.columnNames = compiler.refs.flatMap((ref) =>
      ref.kind === 'column' ? [schema.columns[ref.family]![ref.column]!.qualifiedName] : [],
    )
  }

  /** One for each thread of work: it keeps buffers from run to run. */
  mask(): WhereMask {
    const compiler = new WhereCompiler(this.text, this.#schema)
    const step = compiler.compile(this.#node)
    return new WhereMask(compiler.readers, step)
  }
}

export class WhereMask {
  /** Rows of the last run for which the condition was true. */
  trueCount = 0
  readonly #readers: readonly SubjectReader[]
  readonly #step: MaskStep
  readonly #vectors: RunVector[] = []
  #mask: Uint8Array = new Uint8Array(0)

  constructor(readers: readonly SubjectReader[], step: MaskStep) {
    this.#readers = readers
    this.#step = step
  }

  /** By row of the run: 1 where the condition is true, else 0. The mask is reused by the next call. */
  evaluate(run: AlignedRun): Uint8Array {
    if (this.#mask.length < run.count) this.#mask = new Uint8Array(run.count * 2)
    for (let i = 0; i < this.#readers.length; i++) this.#vectors[i] = this.#readers[i]!.read(run)
    this.#step(this.#vectors, run.count, this.#mask)
    this.trueCount = keepTrue(this.#mask, run.count)
    return this.#mask
  }
}

function keepTrue(mask: Uint8Array, count: number): number {
  let trueCount = 0
  for (let i = 0; i < count; i++) {
    const isTrue = mask[i] === TRUE ? 1 : 0
    mask[i] = isTrue
    trueCount += isTrue
  }
  return trueCount
}

/** @throws INVALID_ARGUMENT with the place in the text, COLUMN_NOT_FOUND with a suggestion. */
export function compileWhere(text: string, schema: TableSchema): WherePlan {
  return new WherePlan(text, schema)
}

/** A name as it can stand in a where expression, whatever its characters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

class WhereCompiler {
  readonly refs: ColumnRef[] = []
  readonly readers: SubjectReader[] = []
  readonly #where: string
  readonly #schema: TableSchema

  constructor(where: string, schema: TableSchema) {
    this.#where = where
    this.#schema = schema
  }

  compile(node: WhereNode): MaskStep {
    switch (node.kind) {
      case 'and':
      case 'or':
        return combine(node.kind, this.compile(node.left), this.compile(node.right))
      case 'not':
        return negated(this.compile(node.child))
      case 'null': {
        const { index } = this.#column(node.name)
        return (vectors, count, mask) => testNull(vectors[index]!, count, mask)
      }
      case 'compare':
        return this.#compare(node.op, node.left, node.right)
      case 'in':
        return this.#in(node.name, node.list)
      case 'prefix':
        return this.#prefix(node.name, node.prefix)
      case 'truth':
        return this.#truth(node.name)
    }
  }

  #compare(op: CompareOp, left: NameOperand, right: NameOperand | LiteralOperand): MaskStep {
    const { index, type } = this.#column(left)
    if (right.kind === 'name') {
      const other = this.#column(right)
      const pair = compileColumnPair(op, index, type, other.index, other.type)
      if (pair !== null) return pair
      const message = `${left.name} (${type.text}) is not compared with ${right.name} (${other.type.text})`
      throw whereError(this.#where, right.at, message, `a text stands in single quotes: '${right.name}'`)
    }
    if (isTextType(type)) {
      const bound = textBound(this.#where, type, right)
      return textStep(index, (text) => holds(op, text, bound))
    }
    const test = numberTest(this.#where, type, op, right)
    return (vectors, count, mask) => {
      const vector = vectors[index]!
      if (vector.form === 'numbers') testNumbers(test.op, vector.numbers, vector.at, test.number, count, mask)
      else testBigints(test, vector.bigints, count, mask)
      markUnknown(vector, count, mask)
    }
  }

  #in(name: NameOperand, list: readonly LiteralOperand[]): MaskStep {
    const { index, type } = this.#column(name)
    if (isTextType(type)) {
      const texts = new Set(list.map((literal) => textBound(this.#where, type, literal)))
      return textStep(index, (text) => texts.has(text))
    }
    const numbers = new Set<number>()
    const bigints = new Set<bigint>()
    for (const literal of list) {
      const test = numberTest(this.#where, type, '=', literal)
      if (test.op === 'never') continue
      numbers.add(test.number)
      bigints.add(test.bigint)
    }
    return (vectors, count, mask) => {
      const vector = vectors[index]!
      const { numbers: values, at, bigints: wide } = vector
      if (vector.form === 'numbers')
        for (let i = 0; i < count; i++) mask[i] = numbers.has(values[at + i]!) ? TRUE : FALSE
      else for (let i = 0; i < count; i++) mask[i] = bigints.has(wide[i]!) ? TRUE : FALSE
      markUnknown(vector, count, mask)
    }
  }

  #prefix(name: NameOperand, literal: LiteralOperand): MaskStep {
    const { index, type } = this.#column(name)
    if (!isTextType(type)) {
      throw whereError(
        this.#where,
        name.at,
        `${name.name} is of type ${type.text}: only texts start with a text`,
      )
    }
    const prefix = textBound(this.#where, type, literal)
    return textStep(index, (text) => text.startsWith(prefix))
  }

  #truth(name: NameOperand): MaskStep {
    const { type } = this.#column(name)
    if (type.name !== 'boolean') {
      const hint = `write ${name.name} = …, or ${name.name} is not null`
      throw whereError(
        this.#where,
        name.at,
        `${name.name} is of type ${type.text}, no condition by itself`,
        hint,
      )
    }
    return this.#compare('=', name, { kind: 'boolean', text: 'true', at: name.at })
  }

  #column(operand: NameOperand): { index: number; type: ValueType } {
    const ref = this.#resolve(operand)
    let index = this.refs.findIndex((known) => isSameColumn(known, ref))
    if (index < 0) {
      index = this.refs.push(ref) - 1
      this.readers.push(subjectReader(this.#schema, ref))
    }
    return { index, type: this.readers[index]!.type }
  }

  #resolve(operand: NameOperand): ColumnRef {
    try {
      return this.#schema.resolveColumn(operand.name)
    } catch (error) {
      if (!isHourbaseError(error, 'COLUMN_NOT_FOUND')) throw error
      throw new HourbaseError(error.code, `where: ${error.message}\n${caret(this.#where, operand.at)}`, {
        where: { ...error.where, position: operand.at },
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
    }
  }
}

export function isSameColumn(a: ColumnRef, b: ColumnRef): boolean {
  if (a.kind === 'key') return b.kind === 'key' && a.part === b.part
  return b.kind === 'column' && a.family === b.family && a.column === b.column
}

function textStep(index: number, test: (text: string) => boolean): MaskStep {
  const perEntry = new TextTest(test)
  return (vectors, count, mask) => {
    perEntry.run(vectors[index]!, count, mask)
    markUnknown(vectors[index]!, count, mask)
  }
}

function combine(kind: 'and' | 'or', left: MaskStep, right: MaskStep): MaskStep {
  let other: Uint8Array = new Uint8Array(0)
  const join = kind === 'and' ? andMasks : orMasks
  return (vectors, count, mask) => {
    if (other.length < count) other = new Uint8Array(count * 2)
    left(vectors, count, mask)
    right(vectors, count, other)
    join(mask, other, count)
  }
}

function negated(child: MaskStep): MaskStep {
  return (vectors, count, mask) => {
    child(vectors, count, mask)
    negateMask(mask, count)
  }
}
