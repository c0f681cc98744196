/** Rows of a typed table of the store, for lookups. */
import type { Database, Scalar, TypedRow } from '../model/api.js'
import { TableSchema } from '../model/table-schema.js'
import { HourbaseError } from '../util/errors.js'
import type { Page, RowSource, SourceColumn, SourceDescription, SourceStatus } from './source.js'

export class StoreSource implements RowSource {
  readonly #db: Database
  readonly #table: string
  #description: SourceDescription | null = null

  constructor(db: Database, table: string) {
    this.#db = db
    this.#table = table
  }

  async describe(): Promise<SourceDescription> {
    if (this.#description !== null) return this.#description
    const descriptor = await this.#db.table(this.#table).describe()
    if (descriptor.rowKey === null) {
      throw new HourbaseError(
        'SOURCE_INVALID',
        `table '${this.#table}' is raw: a lookup needs typed columns`,
        {
          where: { table: this.#table },
        },
      )
    }
    const parts = descriptor.rowKey.map(({ name, type, nullable }) => column(name, type.text, nullable))
    const cells = new TableSchema(descriptor).columns
      .flat()
      .map(({ name, type }) => column(name, type.text, true))
    this.#description = {
      name: `table ${this.#table}`,
      columns: [...parts, ...cells],
      keyColumns: [],
      fingerprint: `store:${[...parts, ...cells].map(({ name, type }) => `${name} ${type}`).join(',')}`,
      notes: [],
    }
    return this.#description
  }

  async estimateRows(): Promise<number | null> {
    return null
  }

  async *pages(): AsyncGenerator<Page> {
    const { columns } = await this.describe()
    const names = columns.map(({ name }) => name)
    for await (const batch of this.#db.table(this.#table).scan().batches()) {
      const rows = (batch as TypedRow[]).map((row) => names.map((name): Scalar => row[name] ?? null))
      yield { rows, lines: null, damaged: [], cursor: null }
    }
  }

  position(page: Page, row: number): Readonly<Record<string, Scalar>> {
    return { [this.#description!.columns[0]!.name]: page.rows[row]![0]! }
  }

  status(): SourceStatus {
    return { snapshot: 'kept', reconnects: 0 }
  }

  async close(): Promise<void> {}
}

function column(name: string, type: string, nullable: boolean): SourceColumn {
  return { name, sourceType: type, nullable, type, raw: 'value', zone: null }
}
