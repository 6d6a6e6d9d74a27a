/** Settings for a machine of two cores that also runs the rest of the platform. A commit is on disk when it answers. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_connections: '100',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  max_parallel_workers_per_gather: '1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  // The statement and the detail of an error quote values, and values can be personal data.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  cluster_name: 'holdfast',
}

export const postgresArguments = ({
  folder,
  port,
}: {
  readonly folder: string
  readonly port: number
}): readonly string[] => {
  const all = Object.entries({ ...settings, port: String(port) })
  return ['-D', folder, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
