/** How a spec has columns read: casts, zones, zero dates, texts that are null. */
import { TimeZone } from '../model/time-zone.js'
import type { ValueType } from '../model/value-type.js'
import { type Cast, type CastContext, castFor } from './cast.js'
import type { GatherOptions } from './gather.js'
import type { ImportSpec, TransformSpec } from './import-spec.js'
import { LocalTime } from './local-time.js'
import type { SourceColumn } from './source.js'

export class GatherRules {
  readonly counts: { zeroDates: number } = { zeroDates: 0 }
  readonly #spec: ImportSpec

  constructor(spec: ImportSpec) {
    this.#spec = spec
  }

  options(column: SourceColumn, index: number, type: ValueType, slot: number, shown: string): GatherOptions {
    const cast = castFor(column.raw, type, this.#context(column.zone ?? this.#spec.sourceTimeZone ?? 'UTC'))
    const nulls = this.#textRules((rule) => ('nullIf' in rule ? rule.nullIf : []), column.name)
    const isText = column.raw === 'text'
    const trim = isText && this.#textRules((rule) => ('trim' in rule ? ['trim'] : []), column.name).length > 0
    const nullTexts = isText && nulls.length > 0 ? new Set(nulls) : null
    return { slot, index, cast, column: shown, expected: type.text, trim, nullTexts }
  }

  /** For values that are typed already. Null: nothing to do. */
  recast(type: ValueType): Cast | null {
    return castFor('value', type, this.#context('UTC'))
  }

  #context(zone: string): CastContext {
    const local = new LocalTime(TimeZone.of(zone), this.#spec.localTime ?? 'reject')
    return { local, zeroDates: this.#spec.zeroDates ?? 'reject', counts: this.counts }
  }

  #textRules(pick: (rule: TransformSpec) => readonly string[], column: string): string[] {
    return (this.#spec.transforms ?? []).flatMap((rule) => {
      const columns = 'nullIf' in rule || 'trim' in rule ? rule.columns : undefined
      return columns === undefined || columns.includes(column) ? pick(rule) : []
    })
  }
}
