interface Named {
  readonly entity_type: string
  readonly entity_id: number
}

/** What an event is about, as log lines name it: its sender may have put anything into either. */
export const nameOf = ({ entity_type, entity_id }: Named): { readonly entity_type: string; readonly entity_id?: number } => ({
  entity_type: /^[\w.-]{1,40}$/.test(entity_type) ? entity_type : 'other',
  ...(Number.isSafeInteger(entity_id) && entity_id > 0 ? { entity_id } : {})
})
