-- Who bought for how much, and how everybody felt last, are asked of all people at once: read from what has either alone.
create index interaction_amount on interaction (workspace_id, identifier_id, occurred_at) include (currency, amount_minor)
  where kind in ('purchase', 'refund');
create index interaction_feeling on interaction (workspace_id, identifier_id, occurred_at desc, id desc) include (feeling, score, name)
  where feeling is not null;
