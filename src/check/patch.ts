import type { Introduction } from '../prestashop/introduction.ts'
import { type Finding, warning } from './finding.ts'

/** Whether single fields can be changed. */
export const checkPatch = ({ hasPatch }: Introduction): Finding[] =>
  hasPatch
    ? []
    : [
        warning(
          'patch',
          'the shop has no PATCH (it came with PrestaShop 8): whole records are read and put back, and what somebody saves in between is lost',
          'Give the key PUT wherever PATCH is asked for; update the shop when you can'
        )
      ]
