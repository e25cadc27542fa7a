import { secureHeaders } from 'hono/secure-headers'

/**
 * What a browser may do with our pages: load what is ours and nothing else. Scripts and styles are files of their own;
 * none are inline. No HSTS: it holds for a whole host and all its ports, so the TLS proxy decides.
 */
export const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"]
  },
  // Under no-referrer, the default, browsers send `Origin: null` with our own forms.
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false
})
