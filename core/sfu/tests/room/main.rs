//! The room, driven in virtual time by participants who behave as browsers do.

mod publisher;
mod stage;
mod wire;

mod bandwidth;
mod codecs;
mod coming_and_going;
mod footprint;
mod hostile;
mod keyframes;
mod pictures;
mod properties;
mod sound;
