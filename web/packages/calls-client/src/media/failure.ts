// Why a device could not be had: the browser's exceptions, put into the words of CallError.

import { CallError, type CallErrorName, type DeviceConcerned, mediaAccessMessage } from "../errors.js";
import type { Wish } from "./constraints.js";

/** The name of an exception, as the founding messages show it. */
export function exceptionName(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "Error";
}

/** Whether the constraint that failed was the device itself (W3C Media Capture §4.2.4 `OverconstrainedError`). */
function isMissingDevice(error: unknown): boolean {
  return isOverconstrained(error) && constraintOf(error) === "deviceId";
}

function constraintOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "constraint" in error ? error.constraint : null;
}

/** Whether the device cannot be as it was asked to be. */
export function isOverconstrained(error: unknown): boolean {
  const name = exceptionName(error);
  return name === "OverconstrainedError" || name === "ConstraintNotSatisfiedError";
}

/** Whether a person, or their settings, said no. */
export function isRefusal(error: unknown): boolean {
  const name = exceptionName(error);
  return name === "NotAllowedError" || name === "SecurityError" || name === "PermissionDeniedError";
}

/** The typed name of an exception of `getUserMedia` or `getDisplayMedia`. */
export function failureName(error: unknown): CallErrorName {
  if (isRefusal(error)) return "PermissionDenied";
  if (isMissingDevice(error)) return "DeviceMissing";
  if (isOverconstrained(error)) return "Overconstrained";
  switch (exceptionName(error)) {
    case "NotFoundError":
    case "DevicesNotFoundError":
      return "DeviceMissing";
    case "NotReadableError":
    case "TrackStartError":
    // The system failed in some other way, or the page was not in front: both pass.
    case "AbortError":
    case "InvalidStateError":
      return "DeviceBusy";
    default:
      return "Unsupported";
  }
}

/** The error a person meets: the founding message, and the way out. */
export function deviceError(
  error: unknown,
  device: DeviceConcerned,
  recover: () => Promise<void>,
): CallError {
  return new CallError(failureName(error), mediaAccessMessage(exceptionName(error)), {
    device,
    cause: error,
    recover,
  });
}

/** What a page without https meets: browsers hide all devices there. */
export function unsupportedError(device: DeviceConcerned): CallError {
  return new CallError(
    "Unsupported",
    `${mediaAccessMessage("NotSupportedError")} (a page must be opened by https, or from this computer itself)`,
    { device },
  );
}

/**
 * What to ask for after `wish` failed; null when nothing else helps. First the same device with fewer
 * conditions, then, where another one will do, the default device.
 */
export function looser(wish: Wish, error: unknown, anyDevice: boolean): Wish | null {
  const missing = failureName(error) === "DeviceMissing";
  if (isOverconstrained(error) && !missing && !wish.loose) return { ...wish, loose: true };
  if (wish.deviceId === null || !anyDevice) return null;
  return missing || isOverconstrained(error) ? { ...wish, deviceId: null, loose: false } : null;
}
