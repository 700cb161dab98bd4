/** The proxy variables of a run, as a value: who talks to the network reads no environment. */

/** The texts as they were given; which of them counts for an address is decided where connections are made. */
export interface ProxySettings {
  /** `http_proxy`: the proxy for addresses with `http:`. */
  readonly http?: string;
  /** `https_proxy`: the proxy for addresses with `https:`. */
  readonly https?: string;
  /** `no_proxy`: the hosts that are reached without a proxy. */
  readonly no?: string;
}
