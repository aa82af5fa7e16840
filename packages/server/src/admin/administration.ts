import type { Administration, AdministrationRequest } from '@parley/protocols'
import type { AccountAdmin } from './account-admin.ts'
import type { ModerationAdmin } from './moderation-admin.ts'
import { isAboutAccounts } from './requests.ts'

export function administrationOf(accounts: AccountAdmin, moderation: ModerationAdmin): Administration {
  const carryOut = (request: AdministrationRequest) => {
    return isAboutAccounts(request) ? accounts.carryOut(request) : moderation.carryOut(request)
  }
  return { carryOut: carryOut as Administration['carryOut'] }
}
