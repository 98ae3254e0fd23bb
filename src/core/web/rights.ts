import { createContext, useContext } from 'react'

type Can = (permission: string | undefined) => boolean

const Rights = createContext<Can>(() => true)
export const RightsProvider = Rights.Provider

/** Whether the signed-in member's role has a permission; what it lacks is not offered. The server decides all the same. */
export const useCan = (): Can => useContext(Rights)
