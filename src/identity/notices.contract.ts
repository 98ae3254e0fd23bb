/** Messages that a member may do without; what changes in how the account is entered is always told. */
export const noticeKinds = ['new_sign_in', 'import_ended', 'detractor'] as const
export type NoticeKind = (typeof noticeKinds)[number]
