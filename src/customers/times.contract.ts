/** When a record was made and last changed: the database says so, nobody else. */
export const times = [
  {
    key: 'created_at',
    type: 'date_time',
    label: { en: 'Created', de: 'Angelegt' },
    privacy_class: 'internal',
    read_only: true,
    never_null: true,
  },
  {
    key: 'updated_at',
    type: 'date_time',
    label: { en: 'Changed', de: 'Geändert' },
    privacy_class: 'internal',
    read_only: true,
    never_null: true,
  },
] as const
