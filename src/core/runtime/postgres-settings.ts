// postgresql.conf for the embedded server, written anew at every start: durable, quiet about data, sized to the machine.
import { statfsSync } from 'node:fs'

const MB = 1024 * 1024

export interface PostgresSettings {
  port: number
  memory_bytes: number
}

export function postgresConf({ port, memory_bytes }: PostgresSettings): string {
  const share = (part: number, least: number, most: number) =>
    `${Math.round(Math.min(most, Math.max(least, (memory_bytes / MB) * part)))}MB`
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    superuser_reserved_connections: 3,
    password_encryption: 'scram-sha-256',
    ssl: 'off',

    shared_buffers: share(0.15, 64, 2048),
    effective_cache_size: share(0.4, 256, 65536),
    maintenance_work_mem: share(0.03, 64, 512),
    work_mem: share(0.002, 8, 32),
    dynamic_shared_memory_type: smallSharedMemory() ? 'mmap' : 'posix',
    random_page_cost: 1.1,
    effective_io_concurrency: 64,
    jit: 'off',

    // What has been acknowledged must survive: these three are never weakened.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    min_wal_size: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: 0.9,

    // Messages about statements carry customers' data, so the server's own log has none of them; the program that
    // sent a statement gets its error and logs what is fit to be logged.
    log_destination: 'stderr',
    logging_collector: 'off',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: 0,
    log_parameter_max_length_on_error: 0,
    log_statement: 'none',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: -1,
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    lc_messages: 'C',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}\n`)
    .join('')
}

/** Passwords only, and only from this machine. */
export const postgresHba = 'host all all 127.0.0.1/32 scram-sha-256\n'

/** Containers give 64 MB of /dev/shm, which parallel queries overrun. */
function smallSharedMemory(): boolean {
  try {
    const { bsize, blocks } = statfsSync('/dev/shm')
    return bsize * blocks < 256 * MB
  } catch {
    return process.platform === 'linux'
  }
}
