//! What operators and tools ask: health, readiness, the document.

pub(crate) mod document;
pub(crate) mod healthz;
pub(crate) mod readyz;
