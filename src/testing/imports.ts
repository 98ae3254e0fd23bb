import { addressOf, type Call, type Reply } from '../core/endpoint.ts'
import { createImport, getImport, type Preview, uploadImportFile } from '../data/imports.contract.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorkspace, type TestWorkspace } from './workspace.ts'

const ended = new Set(['done', 'failed', 'cancelled', 'paused', 'undone', 'undo_failed'])

/** Uploads files and runs imports as a program with this key would. */
export function importing(app: TestApp, key: string) {
  const ask = (name: string, content: string | Buffer, headers: Record<string, string> = {}) =>
    app.app.inject({
      method: 'POST',
      url: addressOf(uploadImportFile, { query: { name } }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream', ...headers },
      payload: content,
    })
  async function finish(id: string, limit_ms = 60_000): Promise<Reply<typeof getImport>> {
    const started = performance.now()
    for (;;) {
      const one = await app.call(getImport, { key, params: { id } })
      if (ended.has(one.status)) return one
      if (performance.now() - started > limit_ms) throw new Error(`the import is still ${one.status}`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  return {
    ask,
    finish,
    async upload(name: string, content: string | Buffer): Promise<Preview> {
      const reply = await ask(name, content)
      if (reply.statusCode !== 201) throw new Error(`${reply.statusCode} ${reply.body}`)
      return reply.json<Preview>()
    },
    async run(body: NonNullable<Call<typeof createImport>['body']>, limit_ms?: number) {
      const { id } = await app.call(createImport, { key, body })
      return finish(id, limit_ms)
    },
  }
}
export type Importing = ReturnType<typeof importing>

/** The product at work, with a workspace into whose lists its admin brings files. */
export async function startImporting(): Promise<{ app: TestApp; home: TestWorkspace; files: Importing }> {
  const app = await startTestApp()
  const home = await makeWorkspace(app)
  await app.work()
  return { app, home, files: importing(app, home.keys.admin) }
}
