/** The house rules that a linter cannot see: floors, sizes, the file system seam, injected time, nothing dead, docs that hold. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const FILE_LINES_MAX = 300
const FUNCTION_LINES_MAX = 70
const CODE_FOLDERS = ['src', 'server', 'cli', 'bench', 'test']

/** Folder → floor. Rooms on one floor do not know each other. */
const FLOORS: Readonly<Record<string, number>> = {
  util: 1,
  model: 2,
  memstore: 3,
  sstable: 3,
  wal: 3,
  manifest: 3,
  store: 4,
  region: 5,
  admin: 6,
  control: 6,
  ingest: 7,
  text: 7,
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('golden/'))
    .map((name) => join(folder, name))
}

interface Source {
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

const sources: Source[] = CODE_FOLDERS.flatMap(filesUnder).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) }
})

function importsOf({ tree }: Source): string[] {
  const found: string[] = []
  tree.forEachChild((node) => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text)
    }
  })
  return found
}

/** Room of a file under src: its folder, or '' for floor 6's own files. */
function roomOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 2 ? parts[1]! : ''
}

function floorOf(path: string): number {
  const room = roomOf(path)
  return room === '' ? 6 : (FLOORS[room] ?? 0)
}

test('every file imports its own room and lower floors only', () => {
  const wrong: string[] = []
  for (const source of sources.filter((s) => s.path.startsWith('src/'))) {
    for (const name of importsOf(source).filter((n) => n.startsWith('.'))) {
      const target = relative(ROOT, resolve(ROOT, dirname(source.path), name)).replace(/\.js$/, '.ts')
      const sameRoom = roomOf(target) === roomOf(source.path)
      const controlAndFloor6 = floorOf(source.path) === 6 && floorOf(target) === 6
      if (!sameRoom && !controlAndFloor6 && floorOf(target) >= floorOf(source.path))
        wrong.push(`${source.path} → ${target}`)
    }
  }
  expect(wrong).toEqual([])
})

test('every room has a floor', () => {
  const rooms = new Set(sources.filter((s) => s.path.startsWith('src/')).map((s) => roomOf(s.path)))
  expect([...rooms].filter((room) => room !== '' && !(room in FLOORS))).toEqual([])
})

test('the doors, the benches and the black-box tests use the package by its name', () => {
  const wrong: string[] = []
  for (const source of sources.filter((s) => /^(server|cli|bench)\//.test(s.path))) {
    for (const name of importsOf(source).filter((n) => n.startsWith('.'))) {
      const target = relative(ROOT, resolve(ROOT, dirname(source.path), name))
      if (target.startsWith('src/')) wrong.push(`${source.path} → ${target}`)
    }
  }
  expect(wrong).toEqual([])
})

test('node:fs is imported by util/fs.ts alone on floors 1 to 6', () => {
  const users = sources
    .filter((s) => s.path.startsWith('src/') && floorOf(s.path) <= 6)
    .filter((s) => importsOf(s).some((name) => /^(node:)?fs(\/|$)/.test(name)))
    .map((s) => s.path)
  expect(users).toEqual(['src/util/fs.ts'])
})

test('the core takes time, chance and delay from outside', () => {
  const wrong = sources
    .filter((s) => s.path.startsWith('src/') && s.path !== 'src/util/clock.ts')
    .filter((s) =>
      /\bDate\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bnew Date\(\)/.test(s.text),
    )
    .filter((s) => floorOf(s.path) <= 6)
    .map((s) => s.path)
  expect(wrong).toEqual([])
})

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  const long = sources
    .map((s) => ({ path: s.path, lines: s.text.split('\n').length - 1 }))
    .filter((f) => f.lines > FILE_LINES_MAX)
    .map((f) => `${f.path}: ${f.lines}`)
  expect(long).toEqual([])
})

function longFunctions(source: Source): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const start = source.tree.getLineAndCharacterOfPosition(node.getStart()).line
      const lines = source.tree.getLineAndCharacterOfPosition(node.end).line - start + 1
      if (lines > FUNCTION_LINES_MAX) found.push(`${source.path}:${start + 1}: ${lines} lines`)
    }
    node.forEachChild(visit)
  }
  visit(source.tree)
  return found
}

test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  expect(sources.flatMap(longFunctions)).toEqual([])
})

test('nothing is left for later in a comment', () => {
  const marks = new RegExp(
    `\\b(${['TO', 'FIX', 'HA'].map((m, i) => m + ['DO', 'ME', 'CK'][i]).join('|')})\\b`,
  )
  expect(sources.filter((s) => marks.test(s.text)).map((s) => s.path)).toEqual([])
})

function exportedNames({ tree }: Source): string[] {
  const names: string[] = []
  tree.forEachChild((node) => {
    const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
    if (modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) !== true) return
    if (ts.isVariableStatement(node)) {
      for (const d of node.declarationList.declarations) if (ts.isIdentifier(d.name)) names.push(d.name.text)
    } else if ('name' in node && node.name !== undefined) names.push((node.name as ts.Identifier).text)
  })
  return names
}

test('nothing exported is dead: another file or its own uses it', () => {
  const words = new Map<string, Map<string, number>>()
  for (const { path, text } of sources) {
    for (const word of text.match(/[A-Za-z_$][\w$]*/g) ?? []) {
      const places = words.get(word) ?? new Map<string, number>()
      places.set(path, (places.get(path) ?? 0) + 1)
      words.set(word, places)
    }
  }
  const dead: string[] = []
  for (const source of sources.filter((s) => !s.path.startsWith('test/') && s.path !== 'src/model/api.ts')) {
    for (const name of exportedNames(source)) {
      const places = words.get(name)!
      if (places.size === 1 && places.get(source.path) === 1) dead.push(`${source.path}: ${name}`)
    }
  }
  expect(dead).toEqual([])
})

test('every link between documents resolves', () => {
  const pages = [
    ...readdirSync(ROOT),
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((n) => join('docs', n)),
  ]
  const broken: string[] = []
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      if (!existsSync(resolve(ROOT, dirname(page), target!))) broken.push(`${page} → ${target}`)
    }
  }
  expect(broken).toEqual([])
})
