/** A key and a self-signed certificate for tests: nobody trusts it. */
export const selfSigned = {
  key: [
    '-----BEGIN PRIVATE KEY-----',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg15PCQf4VDHWsy2mI',
    'ooEkqknaTUNyjTl7/w+i2FShCEShRANCAAQbeiHU6CUqjWPFQ4hNE39bIPocvGle',
    'V7pWV8KkedaiUEhGHNYb6L3YXKPnze8H/w0P4vFPD+SrAT7SIqUbasvY',
    '-----END PRIVATE KEY-----'
  ].join('\n'),
  cert: [
    '-----BEGIN CERTIFICATE-----',
    'MIIBfzCCASWgAwIBAgIUOQo/24rMg+9rTH6svIXBO1Mjn5UwCgYIKoZIzj0EAwIw',
    'FDESMBAGA1UEAwwJb2Rvby50ZXN0MCAXDTI2MTEyMzAyMTU1MFoYDzIxMjYxMDMw',
    'MDIxNTUwWjAUMRIwEAYDVQQDDAlvZG9vLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO',
    'PQMBBwNCAAQbeiHU6CUqjWPFQ4hNE39bIPocvGleV7pWV8KkedaiUEhGHNYb6L3Y',
    'XKPnze8H/w0P4vFPD+SrAT7SIqUbasvYo1MwUTAdBgNVHQ4EFgQUtOu9o3Yt8hLH',
    'SNA54rnvZdU9V+wwHwYDVR0jBBgwFoAUtOu9o3Yt8hLHSNA54rnvZdU9V+wwDwYD',
    'VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAemcYXgOmytHsER1+aiaGb',
    'MLDHVA9NsJ8MPH4KdNK4KAIhAKK6yzsBcIgSEsQk81ZyPjVrCXIcDmczF8mX142u',
    '73pF',
    '-----END CERTIFICATE-----'
  ].join('\n')
}
