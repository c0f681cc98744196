/** A recorded filter as the public API takes it: the same shape, but for repeated bytes. */
import type { FilterSpec } from '../../src/model/api.js'
import { bytesText, type GoldenBytes, textBytes } from './golden-scenario.js'

export function goldenFilter(filter: unknown): FilterSpec {
  return converted(filter) as FilterSpec
}

function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted)
  if (typeof value !== 'object' || value === null) return value
  if ('repeat' in value) return textBytes(bytesText(value as GoldenBytes))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, converted(inner)]))
}
