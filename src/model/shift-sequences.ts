import { RowBlock } from './row-block.js'

/** The same rows, written `shift` later. */
export function shiftSequences(block: RowBlock, shift: number): RowBlock {
  return new RowBlock({
    ...block,
    timestamps: block.timestamps,
    sequences: block.sequences === null ? null : block.sequences.map((sequence) => sequence + shift),
    sequenceBase: block.sequenceBase + shift,
    maxSequence: block.maxSequence + shift,
  })
}
