import { checkQuotas } from './admin/namespaces.js'
import type { Engine } from './engine.js'
import type { Maintenance } from './maintenance.js'
import type { TableState } from './table-state.js'

/**
 * What a write must wait for before it is encoded: room in the MemStores, the turn. Null = nothing, as nearly always: such
 * a write is on its way before its call returns. Who waited must ask `writable` again: an await is a hole in time.
 * @throws CLOSED, READ_ONLY, POISONED
 */
export function writeGate(engine: Engine, maintenance: Maintenance, table: TableState): Promise<void> | null {
  const writer = engine.writable(table)
  checkQuotas(engine, table)
  return maintenance.isFull || writer.isHeld ? wait(engine, maintenance, table) : null
}

async function wait(engine: Engine, maintenance: Maintenance, table: TableState): Promise<void> {
  if (maintenance.isFull) await maintenance.admit()
  await engine.writable(table).turn()
}
