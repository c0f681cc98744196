import { expect, test } from 'vitest'
import { simulateCompactions } from '../../src/store/compaction-simulator.js'

const MIB = 2 ** 20
const INPUT = { flushBytes: 16 * MIB, flushes: 200, flushEveryMs: 600_000, keptShare: 1 }

test('exploring rewrites every byte a few times and keeps the number of files low', () => {
  const report = simulateCompactions({ ...INPUT, policy: 'EXPLORING' })
  expect(report.flushedBytes).toBe(200 * 16 * MIB)
  expect(report.writeAmplification).toBeGreaterThan(2)
  expect(report.writeAmplification).toBeLessThan(8)
  expect(report.filesMax).toBeLessThan(16)
})

test('FIFO writes nothing twice; a kept share below one makes compactions cheaper', () => {
  const fifo = simulateCompactions({ ...INPUT, policy: 'FIFO' })
  expect([fifo.writeAmplification, fifo.compactions, fifo.filesAtEnd]).toEqual([1, 0, 200])
  const all = simulateCompactions({ ...INPUT, policy: 'DATE_TIERED' })
  const half = simulateCompactions({ ...INPUT, policy: 'DATE_TIERED', keptShare: 0.5 })
  expect(half.writeAmplification).toBeLessThan(all.writeAmplification)
})
