/** The package has no types of its own; these are the calls Hourbase uses. */
declare module 'fs-native-extensions' {
  /** An exclusive lock on the open file description (F_OFD_SETLK): false when another one holds it. */
  export function tryLock(fd: number): boolean
}
