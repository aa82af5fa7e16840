import type { AccountAdmin } from './account-admin.ts'
import type { ModerationAdmin } from './moderation-admin.ts'
import { isAboutAccounts, type AdminResults, type CarriedOutRequest } from './requests.ts'

/** Carries out what comes by the socket of the data directory. */
export interface Administration {
  carryOut(request: CarriedOutRequest): Promise<AdminResults[CarriedOutRequest['do']]>
}

export function administrationOf(accounts: AccountAdmin, moderation: ModerationAdmin): Administration {
  return {
    carryOut: (request) => (isAboutAccounts(request) ? accounts.carryOut(request) : moderation.carryOut(request)),
  }
}
