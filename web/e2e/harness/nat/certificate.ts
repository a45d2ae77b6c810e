// A certificate that nobody signed but itself, for TLS of the servers.

import { join } from "node:path";
import { command } from "./namespaces.js";

/** PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes one for these addresses, good for two days. */
export async function makeCertificate(folder: string, addresses: readonly string[]): Promise<Certificate> {
  const made = { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
  const names = addresses.map((address) => `IP:${address}`).join(",");
  await command(
    "openssl",
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=calls", "-addext", `subjectAltName=${names}`],
    ...["-keyout", made.key, "-out", made.certificate],
  );
  return made;
}
