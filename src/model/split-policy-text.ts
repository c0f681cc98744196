/** A table's split policy as it is written: `KEY_PREFIX(4)`. HBase's policies, each a size rule and perhaps a restriction of the key. */
import { HourbaseError } from '../util/errors.js'

export type SplitSizeRule = 'CONSTANT_SIZE' | 'STEPPING' | 'INCREASING_TO_UPPER_BOUND' | 'DISABLED'

export interface SplitPolicy {
  readonly size: SplitSizeRule
  /** Rows that share this many first bytes stay together; 0: no restriction. */
  readonly prefixBytes: number
  /** Rows that agree up to this text's first occurrence stay together; '' = no restriction. */
  readonly delimiter: string
  /** The way it is written. */
  readonly text: string
}

const PREFIX_BYTES_MAX = 32_767
const DELIMITER_CHARS_MAX = 64
const PLAIN: readonly string[] = ['CONSTANT_SIZE', 'STEPPING', 'INCREASING_TO_UPPER_BOUND', 'DISABLED']

/** @throws INVALID_ARGUMENT */
export function parseSplitPolicy(text: string): SplitPolicy {
  if (PLAIN.includes(text)) return { size: text as SplitSizeRule, prefixBytes: 0, delimiter: '', text }
  const match = /^(KEY_PREFIX|DELIMITED_KEY_PREFIX)\((.+)\)$/s.exec(String(text))
  const argument = match?.[2] ?? ''
  const size = 'INCREASING_TO_UPPER_BOUND'
  if (match?.[1] === 'DELIMITED_KEY_PREFIX' && argument.length <= DELIMITER_CHARS_MAX)
    return { size, prefixBytes: 0, delimiter: argument, text }
  const prefixBytes = /^\d{1,5}$/.test(argument) ? Number(argument) : 0
  if (match?.[1] === 'KEY_PREFIX' && prefixBytes >= 1 && prefixBytes <= PREFIX_BYTES_MAX)
    return { size, prefixBytes, delimiter: '', text }
  throw new HourbaseError('INVALID_ARGUMENT', `there is no split policy '${String(text)}'`, {
    where: { option: 'splitPolicy' },
    hint: `use one of ${PLAIN.join(', ')}, KEY_PREFIX(4), DELIMITED_KEY_PREFIX(_)`,
  })
}
