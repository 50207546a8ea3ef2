/** Alerts of what keeps state or passes it on: see `catalogue.ts`. */
import { rule, type Symptoms } from './symptom.ts'

const DATABASE: Symptoms = {
  down: [
    rule('PostgresqlDown', 'critical', [0, 'exporter'], 'PostgreSQL instance {name} is down'),
    rule(
      'PostgresqlReplicationLag',
      'warning',
      [2, 'exporter'],
      'A replica of {name} lags by more than 30 s',
    ),
  ],
  slow: [
    rule(
      'PostgresqlSlowQueries',
      'warning',
      [2, 'exporter'],
      'PostgreSQL {name} executes slow queries',
    ),
    rule(
      'PostgresqlHighActiveSessions',
      'warning',
      [2, 'exporter'],
      '{name} has more than 100 active sessions',
    ),
    rule('PostgresqlDeadLocks', 'warning', [0, 'exporter'], 'PostgreSQL {name} has dead-locks'),
  ],
  saturated: [
    rule(
      'PostgresqlTooManyConnections',
      'critical',
      [2, 'exporter'],
      '{name} uses more than 80 % of its connections',
    ),
    rule(
      'PostgresqlSlowQueries',
      'warning',
      [2, 'exporter'],
      'PostgreSQL {name} executes slow queries',
    ),
    rule('PostgresqlLocksHigh', 'warning', [2, 'exporter'], 'Too many locks are held in {name}'),
  ],
  disk: [
    rule('PostgresqlWalGrowing', 'warning', [5, 'exporter'], 'The WAL of {name} keeps growing'),
    rule(
      'PostgresqlReadOnly',
      'critical',
      [0, 'exporter'],
      '{name} went read only: no space left on device',
    ),
  ],
  degraded: [
    rule(
      'PostgresqlReplicationLag',
      'warning',
      [2, 'exporter'],
      'A replica of {name} lags by more than 30 s',
    ),
    rule('PatroniNoLeader', 'critical', [0, 'exporter'], 'Cluster {name} has no leader'),
  ],
  errors: [
    rule(
      'PostgresqlHighRollbackRate',
      'warning',
      [1, 'exporter'],
      'Ratio of transactions aborted in {name} is above 10 %',
    ),
  ],
}

const CACHE: Symptoms = {
  down: [rule('RedisDown', 'critical', [0, 'exporter'], 'Redis instance {name} is down')],
  saturated: [
    rule('RedisOutOfMemory', 'warning', [2, 'exporter'], 'Redis {name} is running out of memory'),
    rule(
      'RedisTooManyConnections',
      'warning',
      [2, 'exporter'],
      'Redis {name} runs out of connections',
    ),
  ],
  slow: [
    rule(
      'RedisLatencyHigh',
      'warning',
      [1, 'exporter'],
      'Commands on {name} take longer than 10 ms',
    ),
  ],
  degraded: [
    rule('RedisHitRatioLow', 'warning', [2, 'exporter'], 'Hit ratio of {name} fell below 60 %'),
    rule('RedisKeyEviction', 'warning', [1, 'exporter'], 'Redis {name} evicts keys'),
  ],
  errors: [
    rule(
      'RedisRejectedConnections',
      'critical',
      [0, 'exporter'],
      'Connections to {name} are rejected',
    ),
  ],
}

const BROKER: Symptoms = {
  degraded: [
    rule(
      'KafkaUnderReplicatedPartitions',
      'warning',
      [2, 'exporter'],
      '{name} has under-replicated partitions',
    ),
    rule('KafkaIsrShrinks', 'warning', [1, 'exporter'], 'In-sync replicas of {name} shrink'),
  ],
  down: [
    rule(
      'KafkaOfflinePartitions',
      'critical',
      [1, 'exporter'],
      '{name} has partitions without a leader',
    ),
    rule('KafkaNoActiveController', 'critical', [1, 'exporter'], '{name} has no active controller'),
  ],
  saturated: [
    rule('KafkaRequestQueueHigh', 'warning', [2, 'exporter'], 'Requests queue up in {name}'),
    rule(
      'KafkaProduceLatencyHigh',
      'warning',
      [2, 'exporter'],
      'Produce requests to {name} take longer than 500 ms',
    ),
  ],
  backlog: [
    rule(
      'KafkaConsumerLagGrowing',
      'warning',
      [10, 'exporter'],
      'Lag of several groups on {name} grows',
    ),
    rule(
      'RabbitmqMessagesReady',
      'warning',
      [5, 'exporter'],
      'Queue on {name} has more than 50000 ready messages',
    ),
  ],
  disk: [
    rule('KafkaLogDirOffline', 'critical', [0, 'exporter'], 'A log directory of {name} is offline'),
  ],
  slow: [
    rule(
      'KafkaProduceLatencyHigh',
      'warning',
      [2, 'exporter'],
      'Produce requests to {name} take longer than 500 ms',
    ),
  ],
  errors: [
    rule('RabbitmqUnroutable', 'warning', [2, 'exporter'], '{name} returns messages nobody takes'),
  ],
}

const BROKER_NODE: Symptoms = {
  down: [rule('KafkaBrokerDown', 'critical', [1, 'exporter'], 'Broker {name} is not reachable')],
  saturated: [
    rule(
      'KafkaNetworkProcessorBusy',
      'warning',
      [2, 'exporter'],
      'Network threads of {name} are idle less than 10 %',
    ),
  ],
  disk: [
    rule('KafkaLogDirOffline', 'critical', [0, 'exporter'], 'A log directory of {name} is offline'),
  ],
}

/** By class. */
export const STORES: Readonly<Record<string, Symptoms>> = {
  database: DATABASE,
  cache: CACHE,
  message_broker: BROKER,
  kafka_broker: BROKER_NODE,
}
