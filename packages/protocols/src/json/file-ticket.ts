const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * A transferId as it is known by here, whatever case it is written in; undefined: it is no UUID.
 */
export function ticketOf(transferId: string | undefined): string | undefined {
  const ticket = transferId?.toLowerCase()
  return ticket !== undefined && uuid.test(ticket) ? ticket : undefined
}
