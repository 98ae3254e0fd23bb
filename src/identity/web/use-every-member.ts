import { useEffect } from 'react'
import { useInfinite } from '../../core/web/query.ts'
import { listMembers } from '../members.contract.ts'

/** All members, page after page: to choose from them and to name them. */
export function useEveryMember() {
  const { items, error, has_more, is_loading_more, more } = useInfinite(listMembers, {
    query: { limit: 200 },
  })
  useEffect(() => {
    // What failed is not asked for again and again.
    if (has_more && !is_loading_more && !error) more()
  }, [has_more, is_loading_more, error, more])
  return { members: items }
}
