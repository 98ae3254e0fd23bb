/** Messages that a member may do without; those about how the account is entered always come. */
export const noticeKinds = ['import_ended', 'detractor'] as const
export type NoticeKind = (typeof noticeKinds)[number]
