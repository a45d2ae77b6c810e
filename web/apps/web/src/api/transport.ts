// One HTTP request with JSON in and out; knows nothing of tokens.

import { ApiError, problemOf } from "./problem.js";

/** A request of the server this page came from. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/api/`. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends a request; resolves with the answer's body, undefined when it has none. Rejects with an {@link ApiError}. */
export type Transport = (request: ApiRequest, headers?: Readonly<Record<string, string>>) => Promise<unknown>;

/** A transport over `fetch`. */
export function createTransport(fetcher: typeof fetch): Transport {
  return async (request, headers = {}) => {
    const init: RequestInit = {
      method: request.method,
      headers: { Accept: "application/json", ...headers },
      credentials: "omit",
      cache: "no-store",
    };
    if (request.body !== undefined) {
      init.body = JSON.stringify(request.body);
      init.headers = { ...init.headers, "Content-Type": "application/json" };
    }
    if (request.signal) init.signal = request.signal;
    let response: Response;
    let text: string;
    try {
      response = await fetcher(addressOf(request), init);
      text = await response.text();
    } catch (error) {
      if (request.signal?.aborted) throw new ApiError("aborted", "The request was given up");
      const why = error instanceof Error ? error.message : String(error);
      throw new ApiError("offline", `The server cannot be reached: ${why}`, { retryable: true });
    }
    const body = parsed(text);
    if (!response.ok) throw problemOf(response.status, body, response.headers.get("Retry-After"));
    if (text !== "" && body === undefined) {
      throw new ApiError("unreadable", "The answer is no JSON", { status: response.status });
    }
    return body;
  };
}

/** Path and query of a request. */
export function addressOf(request: Pick<ApiRequest, "path" | "query">): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? request.path : `${request.path}?${text}`;
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller says what that means for the status at hand.
    return undefined;
  }
}
