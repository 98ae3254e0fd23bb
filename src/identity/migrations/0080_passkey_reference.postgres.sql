-- Says which column is emptied, as every such reference does.
alter table session
  drop constraint session_passkey_id_fkey,
  add constraint session_passkey_id_fkey foreign key (passkey_id) references passkey (id) on delete set null (passkey_id);
