import { RemoteAdmin } from '../../src/control/remote-admin.js'

/** Administration that is only noted: `answers` says what a call gets, by its name. */
export class FakeAdmin extends RemoteAdmin {
  readonly adminCalls: [string, ...unknown[]][] = []
  answers: Record<string, unknown> = {}

  protected override async send<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    this.adminCalls.push([method, ...args])
    return this.answers[method] as T
  }
}
