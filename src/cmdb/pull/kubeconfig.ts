/**
 * A kubeconfig as what a request needs: server, certificates, token. Plugins (`exec`, `auth-provider`)
 * are not run, and a server whose certificate is not to be checked is not asked.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { basic } from './settings.ts'

const Text = z.string().nullish()

const Kubeconfig = z.object({
  'current-context': Text,
  contexts: z
    .array(
      z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
    )
    .default([]),
  clusters: z
    .array(
      z.object({
        name: z.string(),
        cluster: z.object({
          server: z.url({ protocol: /^https?$/ }),
          'certificate-authority': Text,
          'certificate-authority-data': Text,
          'insecure-skip-tls-verify': z.boolean().nullish(),
        }),
      }),
    )
    .default([]),
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z.object({
          'client-certificate': Text,
          'client-certificate-data': Text,
          'client-key': Text,
          'client-key-data': Text,
          token: Text,
          tokenFile: Text,
          username: Text,
          password: Text,
          exec: z.unknown().optional(),
          'auth-provider': z.unknown().optional(),
        }),
      }),
    )
    .default([]),
})
type User = z.output<typeof Kubeconfig>['users'][number]['user']

/** How to ask a cluster. */
export interface Access {
  /** Name of the cluster in the kubeconfig. */
  readonly cluster: string
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/**
 * Reads the file and those it names.
 *
 * @param context the current one where it is `undefined`
 * @throws AppError `payload_invalid` that says what is missing, and nothing that the file holds
 */
export async function readKubeconfig(file: string, context: string | undefined): Promise<Access> {
  const config = Kubeconfig.safeParse(await parsed(file))
  if (!config.success) {
    const field = config.error.issues[0]?.path.map(String).join('.') ?? ''
    throw invalid(`kubeconfig: ${field} is missing or not in the documented form`)
  }
  const { contexts, clusters, users } = config.data
  const wanted = context ?? config.data['current-context']
  const chosen = contexts.find(({ name }) => name === wanted)?.context
  const cluster = clusters.find(({ name }) => name === chosen?.cluster)
  const user = users.find(({ name }) => name === chosen?.user)?.user
  if (chosen === undefined) throw invalid('kubeconfig: has no such context')
  if (cluster === undefined || user === undefined)
    throw invalid('kubeconfig: the context names a cluster or user that is not there')
  if (cluster.cluster['insecure-skip-tls-verify'] === true)
    throw invalid('kubeconfig: insecure-skip-tls-verify is not supported; give the authority')
  if (user.exec !== undefined || user['auth-provider'] !== undefined)
    throw invalid(
      'kubeconfig: exec and auth-provider are not supported; give a token or certificate',
    )
  const folder = dirname(file)
  const ca = await textOf(cluster.cluster, 'certificate-authority', folder)
  const cert = await textOf(user, 'client-certificate', folder)
  const key = await textOf(user, 'client-key', folder)
  return {
    cluster: cluster.name,
    server: cluster.cluster.server.replace(/\/+$/, ''),
    headers: await headersOf(user, folder),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  }
}

async function headersOf(user: User, folder: string): Promise<Readonly<Record<string, string>>> {
  const token =
    user.tokenFile == null ? user.token : (await read(resolve(folder, user.tokenFile))).trim()
  if (token != null && token !== '') return { authorization: `Bearer ${token}` }
  if (user.username == null || user.password == null) return {}
  return { authorization: basic(user.username, user.password) }
}

type Field = 'certificate-authority' | 'client-certificate' | 'client-key'

/** Data within the kubeconfig goes before the file it names. */
async function textOf(
  from: { readonly [K in Field | `${Field}-data`]?: string | null | undefined },
  field: Field,
  folder: string,
): Promise<string | undefined> {
  const data = from[`${field}-data`]
  if (data != null && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  const path = from[field]
  return path == null || path === '' ? undefined : read(resolve(folder, path))
}

async function parsed(file: string): Promise<unknown> {
  const text = await read(file)
  try {
    return parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw invalid('kubeconfig: not YAML')
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw invalid('kubeconfig: it, or a file that it names, cannot be read')
  }
}

function invalid(message: string): AppError {
  return new AppError('payload_invalid', message)
}
