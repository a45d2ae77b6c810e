// What a router at home or in an office does to packets, as rules of nftables.

/** How a router treats the people behind it. */
export type Nat =
  /** Keeps the port: one and the same address towards everybody. Lets in only whom somebody inside wrote to. */
  | "cone"
  /** Another port towards everybody: nobody outside can be told the address. */
  | "symmetric"
  /** No UDP at all; TCP as it likes. */
  | "udp-blocked"
  /** No UDP, and of TCP not the ports that look like anything but the web. */
  | "tls-only"
  /** Nothing at all. */
  | "unplugged";

/** The port of TURN over TCP, which a strict office closes. */
const PLAIN_TURN_PORT = 3478;

/** The rules of a router with the interfaces `wan` and `lan`. */
export function routerRules(nat: Nat): string {
  const ports = nat === "symmetric" ? " fully-random" : "";
  const closed = {
    cone: [],
    symmetric: [],
    "udp-blocked": ["meta l4proto udp drop"],
    "tls-only": ["meta l4proto udp drop", `tcp dport ${PLAIN_TURN_PORT} drop`],
    unplugged: ["drop"],
  }[nat];
  return `
    table ip home {
      chain translate {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "wan" masquerade${ports}
      }
      # A packet from outside that nobody waits for leaves no trace: otherwise it would take the port away from the
      # person who is about to write to its sender, and no hole would ever be punched.
      chain arriving {
        type filter hook input priority filter; policy accept;
        iifname "wan" drop
      }
      chain through {
        type filter hook forward priority filter; policy accept;
        iifname "wan" ct state new drop
        ${closed.map((rule) => `${rule}\n`).join("        ")}
      }
    }`;
}
