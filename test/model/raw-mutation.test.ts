import { expect, test } from 'vitest'
import type { DeleteTarget } from '../../src/model/api.js'
import { encodeMutations } from '../../src/model/mutation-encoder.js'
import { deleteMutation, putMutation, putValuesMutation } from '../../src/model/raw-mutation.js'
import type { TableSchema } from '../../src/model/table-schema.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'
import { plainRows } from '../support/blocks.js'
import { tableSchema } from '../support/encoded-runs.js'

const NOW = 1000
const raw = tableSchema({ families: { f: {}, g: {} } })
const typed = tableSchema({
  rowKey: ['id:string', 'hour:hour'],
  families: { d: { columns: { temp: 'double', n: 'int' } } },
})
const HOUR = 3_600_000

function failure(run: () => unknown): HourbaseError {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** `type timestamp column=value` by family. */
function cells(schema: TableSchema, mutation: ReturnType<typeof putMutation>): string[][] {
  return encodeMutations(schema, [mutation], 7).map((block) =>
    block === null
      ? []
      : plainRows(block)[0]!.cells.map((one) => `${one.type} ${one.timestamp} ${one.column}=${one.value}`),
  )
}

const deletes = (what: readonly DeleteTarget[] | undefined, options: object = {}): string[][] =>
  cells(raw, deleteMutation(raw, 'r', what, { now: NOW, ...options }))

test('a delete without targets marks every family', () => {
  expect(deletes(undefined)).toEqual([['DeleteFamily 1000 ='], ['DeleteFamily 1000 =']])
  expect(deletes([], { timestamp: 5 })).toEqual([['DeleteFamily 5 ='], ['DeleteFamily 5 =']])
})

test('each target has its marker, in the order of HBase', () => {
  const what: DeleteTarget[] = [
    { kind: 'columns', family: 'f', qualifier: 'q' },
    { kind: 'column', family: 'f', qualifier: 'q', timestamp: 3 },
    { kind: 'familyVersion', family: 'f', timestamp: 4 },
    { kind: 'family', family: 'g', timestamp: 9 },
  ]
  expect(deletes(what)).toEqual([
    ['DeleteFamilyVersion 4 =', 'DeleteColumn 1000 q=', 'Delete 3 q='],
    ['DeleteFamily 9 ='],
  ])
})

test('a family target discards what was listed before it for the family', () => {
  const what: DeleteTarget[] = [
    { kind: 'columns', family: 'f', qualifier: 'q' },
    { kind: 'columns', family: 'g', qualifier: 'q' },
    { kind: 'family', family: 'f' },
    { kind: 'columns', family: 'f', qualifier: 'p' },
  ]
  expect(deletes(what)).toEqual([['DeleteFamily 1000 =', 'DeleteColumn 1000 p='], ['DeleteColumn 1000 q=']])
})

test('the nth column target without timestamp marks the nth newest version, or now where there is none', () => {
  const newest = (family: number, qualifier: Uint8Array, nth: number): number | null =>
    family === 0 && qualifier[0] === 0x71 ? ([50, 40][nth] ?? null) : null
  const column = (family: string, qualifier: string): DeleteTarget => ({ kind: 'column', family, qualifier })
  expect(
    deletes([column('f', 'q'), column('g', 'q'), column('f', 'q'), column('f', 'q')], { newest }),
  ).toEqual([['Delete 1000 q=', 'Delete 50 q=', 'Delete 40 q='], ['Delete 1000 q=']])
})

test('deletes on typed tables mask all that was written before, unless a timestamp is asked for', () => {
  const row = { id: 'a', hour: 0 }
  const top = Number.MAX_SAFE_INTEGER
  const marks = (what?: DeleteTarget[]): string[][] =>
    cells(typed, deleteMutation(typed, row, what, { now: NOW }))
  expect(marks()).toEqual([[`DeleteFamily ${top} =`]])
  expect(marks([{ kind: 'columns', family: 'd', qualifier: 'temp' }])).toEqual([
    [`DeleteColumn ${top} temp=`],
  ])
  expect(marks([{ kind: 'columns', family: 'd', qualifier: 'temp', timestamp: 5 }])).toEqual([
    ['DeleteColumn 5 temp='],
  ])
  expect(failure(() => marks([{ kind: 'columns', family: 'd', qualifier: 'tepm' }])).code).toBe(
    'COLUMN_NOT_FOUND',
  )
})

test('puts take their own timestamp, then the options, then now', () => {
  const put = putMutation(
    raw,
    'r',
    [
      { family: 'g', qualifier: 'a', value: 'x' },
      { family: 'f', qualifier: 'b', value: 'y', timestamp: 3 },
      { family: 'f', qualifier: 'a', value: 'z', timestamp: 3 },
      { family: 'f', qualifier: 'a', value: 'w', timestamp: 4 },
    ],
    { now: NOW },
  )
  expect(cells(raw, put)).toEqual([['Put 4 a=w', 'Put 3 a=z', 'Put 3 b=y'], ['Put 1000 a=x']])
})

test('of two cells of one put at the same place the later counts', () => {
  const put = putMutation(
    raw,
    'r',
    [
      { family: 'f', qualifier: 'a', value: 'x' },
      { family: 'f', qualifier: 'a', value: 'y' },
    ],
    { now: NOW },
  )
  expect(cells(raw, put)[0]).toEqual(['Put 1000 a=y'])
})

test('HBase clients see a typed table as plain bytes, but stamps follow the event time and lengths are checked', () => {
  const row = typed.rowKey({ id: 'a', hour: HOUR })
  const value = Uint8Array.of(0x3f, 0xf0, 0, 0, 0, 0, 0, 0)
  const put = putMutation(
    typed,
    row,
    [
      { family: 'd', qualifier: 'temp', value, timestamp: 5 },
      { family: 'd', qualifier: 'other', value: 'x' },
    ],
    { now: NOW },
  )
  expect(cells(typed, put)[0]).toEqual([`Put ${HOUR} other=x`, `Put ${HOUR} temp=\x3f\xf0\0\0\0\0\0\0`])
  const short = failure(() =>
    putMutation(typed, row, [{ family: 'd', qualifier: 'temp', value: Buffer.from('abc') }], { now: NOW }),
  )
  expect([short.code, short.message]).toEqual(['VALUE_INVALID', "column 'd:temp': 3 bytes are no double"])
  expect(
    failure(() =>
      putMutation(typed, Uint8Array.of(1), [{ family: 'd', qualifier: 'x', value: '' }], { now: NOW }),
    ).code,
  ).toBe('ROW_INVALID')
})

test('values by family: typed by the schema, null deletes the column', () => {
  const row = typed.rowKey({ id: 'a', hour: HOUR })
  expect(cells(typed, putValuesMutation(typed, row, { d: { temp: 1, n: null } }, { now: NOW }))[0]).toEqual([
    `DeleteColumn ${Number.MAX_SAFE_INTEGER} n=`,
    `Put ${HOUR} temp=\x3f\xf0\0\0\0\0\0\0`,
  ])
  expect(
    cells(raw, putValuesMutation(raw, 'r', { f: { a: null, b: 'x', c: undefined } }, { now: NOW }))[0],
  ).toEqual(['DeleteColumn 1000 a=', 'Put 1000 b=x'])
})

test('what HBase refuses is refused', () => {
  const cases: [() => unknown, string][] = [
    [() => putMutation(raw, 'r', [], { now: NOW }), 'ROW_INVALID'],
    [() => putMutation(raw, '', [{ family: 'f', qualifier: 'a', value: '' }], { now: NOW }), 'ROW_INVALID'],
    [
      () => putMutation(raw, 'r', [{ family: 'x', qualifier: 'a', value: '' }], { now: NOW }),
      'FAMILY_NOT_FOUND',
    ],
    [
      () => putMutation(raw, 'r', [{ family: 'f', qualifier: 'a', value: '', timestamp: -1 }], { now: NOW }),
      'INVALID_ARGUMENT',
    ],
    [
      () => putMutation(raw, 'r', [{ family: 'f', qualifier: 'a', value: '', ttlMs: 0.5 }], { now: NOW }),
      'INVALID_ARGUMENT',
    ],
    [
      () =>
        putMutation(raw, 'r', [{ family: 'f', qualifier: 'a', value: new Uint8Array(10_485_761) }], {
          now: NOW,
        }),
      'LIMIT_EXCEEDED',
    ],
    [
      () => deleteMutation(raw, 'r', [{ kind: 'row' } as unknown as DeleteTarget], { now: NOW }),
      'FAMILY_NOT_FOUND',
    ],
    [
      () => deleteMutation(raw, 'r', [{ kind: 'row', family: 'f' } as unknown as DeleteTarget], { now: NOW }),
      'INVALID_ARGUMENT',
    ],
  ]
  for (const [run, code] of cases) expect(failure(run).code).toBe(code)
})
