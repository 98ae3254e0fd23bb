import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { findKind } from '../kind.contract.ts'
import { recordAddress } from './catalogue.ts'
import { useTitle } from './names.ts'

/** The name of a record, as a link to it. */
export function RecordTitle({ kind, id }: { kind: string; id: string }) {
  const title = useTitle(kind, id).get(id) || t('records.value.unnamed')
  const described = findKind(kind)
  return described ? <Link to={recordAddress(described, id)}>{title}</Link> : <span>{title}</span>
}
