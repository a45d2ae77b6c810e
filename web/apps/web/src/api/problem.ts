// What a request can end with instead of an answer.

import type { ErrorCode, FieldError, Problem } from "@aethex/calls-client";

/** Why there was no answer: the server's word, or one of our own for what happens on the way. */
export type ApiErrorCode = ErrorCode | "offline" | "aborted" | "unreadable" | "signed_out" | (string & {});

/** A request that was not carried out. People read words chosen by {@link code}; `message` is for logs. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** In how many seconds; null when the server did not say. */
  readonly retryAfterSeconds: number | null;
  /** The fields that are wrong. */
  readonly fields: readonly FieldError[];
  /** The number of the request in the server's log; null when there is none. */
  readonly requestId: string | null;
  /** The call that is in the way, when there is one. */
  readonly callId: string | null;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: Partial<Omit<ApiError, "name" | "message">> = {},
  ) {
    super(message);
    this.code = code;
    this.status = details.status ?? 0;
    this.retryable = details.retryable ?? false;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.fields = details.fields ?? [];
    this.requestId = details.requestId ?? null;
    this.callId = details.callId ?? null;
  }

  /** The server's sentence about one field; null when that field is fine. */
  field(name: string): string | null {
    return this.fields.find((one) => one.field === name)?.message ?? null;
  }
}

/** Whatever was thrown, as an {@link ApiError}. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError("unreadable", thrown instanceof Error ? thrown.message : String(thrown));
}

/** Reads `application/problem+json` (RFC 9457); a body of another kind (a proxy's page) becomes a plain error. */
export function problemOf(status: number, body: unknown, retryAfterHeader: string | null): ApiError {
  const header = retryAfterHeader === null ? Number.NaN : Number(retryAfterHeader);
  const waitSeconds = Number.isFinite(header) ? header : null;
  if (!isProblem(body)) {
    const code =
      status === 401
        ? "unauthorized"
        : status === 429
          ? "rate_limited"
          : status >= 500
            ? "unavailable"
            : "unreadable";
    return new ApiError(code, `The server answered ${status}`, {
      status,
      retryable: status >= 500 || status === 429,
      retryAfterSeconds: waitSeconds,
    });
  }
  return new ApiError(body.code, body.detail, {
    status,
    retryable: body.retryable,
    retryAfterSeconds: body.retryAfter ?? waitSeconds,
    fields: body.errors ?? [],
    requestId: body.requestId,
    callId: body.callId ?? null,
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}
