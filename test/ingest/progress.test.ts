import { expect, test } from 'vitest'
import { etaMs, progressLine, RateMeter } from '../../src/ingest/progress.js'

test('the rate is that of the last seconds', () => {
  const meter = new RateMeter()
  for (let second = 0; second <= 20; second++)
    meter.add(second * 1000, second <= 10 ? second * 100 : 1000 + (second - 10) * 1000)
  expect(meter.rate).toBe(1000)
})

test('no time left is told without an estimate, or beyond it', () => {
  expect(etaMs(50, 100, 10)).toBe(5000)
  expect(etaMs(50, null, 10)).toBeNull()
  expect(etaMs(150, 100, 10)).toBeNull()
})

test('the line shows share, rows, rate, time left and rejected rows', () => {
  const line = progressLine({
    job: 'flights',
    phase: 'rows',
    rows: 1_830_000,
    rejected: 12,
    estimate: 3_000_000,
    rate: 182_000,
    etaMs: 6_100,
    elapsedMs: 0,
  })
  expect(line).toBe('flights  ▕██████░░░░▏ 61 %  1.83 M/3.00 M rows  182 k/s  ETA 0:07  rejected 12')
})
