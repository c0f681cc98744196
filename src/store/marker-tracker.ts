/** Raw families: the markers met so far in a row, by timestamp alone (the order of writes does not matter). */
import { CellType } from '../model/row-block.js'

export const Masked = {
  No: 0,
  /** This cell alone. */ Version: 1,
  /** And all below it in the column. */ Column: 2,
} as const

export class MarkerTracker {
  isEmpty = true
  #familyStamp = Number.NEGATIVE_INFINITY
  #hasFamily = false
  readonly #familyVersions: number[] = []
  #column = -1
  #type = 0
  #stamp = 0

  reset(): void {
    this.isEmpty = true
    this.#hasFamily = false
    this.#familyStamp = Number.NEGATIVE_INFINITY
    this.#familyVersions.length = 0
    this.#column = -1
  }

  /** Markers come in the row's order. One below the family's marker adds nothing. */
  add(timestamp: number, type: number, column: number): void {
    if (this.#hasFamily && timestamp <= this.#familyStamp) return
    this.isEmpty = false
    if (type === CellType.DeleteFamily) {
      this.#hasFamily = true
      this.#familyStamp = timestamp
    } else if (type === CellType.DeleteFamilyVersion) this.#familyVersions.push(timestamp)
    else if (this.#column !== column || type >= this.#type) {
      this.#column = column
      this.#type = type
      this.#stamp = timestamp
    }
  }

  masks(timestamp: number, column: number): number {
    if (this.#hasFamily && timestamp <= this.#familyStamp) return Masked.Column
    if (this.#familyVersions.includes(timestamp)) return Masked.Version
    if (this.#column !== column) return Masked.No
    if (this.#type === CellType.DeleteColumn) return Masked.Column
    return timestamp === this.#stamp ? Masked.Version : Masked.No
  }
}
