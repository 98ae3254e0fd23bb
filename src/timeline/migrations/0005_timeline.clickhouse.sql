-- The copy of the interactions for analysis: ids and fields of class public and internal only, nothing personal.
-- Deduplication of blocks is off by default on plain tables; a batch that is sent again carries the same token.
create table if not exists interaction (
  workspace_id UUID,
  occurred_at DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  kind LowCardinality(String),
  channel LowCardinality(String),
  identifier_id UInt64 codec(T64, ZSTD(1)),
  id UUID,
  received_at DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  name LowCardinality(String),
  source LowCardinality(String),
  direction LowCardinality(String),
  amount_minor Int64 codec(T64, ZSTD(1)),
  currency LowCardinality(String),
  feeling Nullable(Float32),
  score Nullable(Float32),
  ref_kind LowCardinality(String),
  ref_id String,
  epoch UInt32 codec(ZSTD(1)),
  batch UInt32 codec(ZSTD(1))
)
engine = ReplacingMergeTree
partition by toYear(occurred_at)
order by (workspace_id, toDate(occurred_at), kind, channel, identifier_id, occurred_at, id)
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1;

-- Whose an identifier was and when; the dictionary identifier_owner, made by the projector, answers from it.
create table if not exists ownership (
  id UInt64,
  workspace_id UUID,
  identifier_id UInt64,
  root_id UUID,
  valid_from Int64,
  valid_to Int64,
  retracted UInt8,
  version UInt64
)
engine = ReplacingMergeTree(version)
order by id
settings non_replicated_deduplication_window = 10000, fsync_after_insert = 1;
