//! The sizes in which a picture is sent.

/// One spatial layer of a simulcast picture: its restriction identifier (RFC 8852). A source
/// without simulcast, sound included, has the one layer [`Layer::Full`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// `q`: a quarter of the width and height.
    Quarter,
    /// `h`: half of the width and height.
    Half,
    /// `f`: the whole picture.
    Full,
}

impl Layer {
    /// Every layer, the smallest first.
    pub const ALL: [Self; 3] = [Self::Quarter, Self::Half, Self::Full];

    /// The layer with this restriction identifier; `None` for identifiers that are not ours.
    #[must_use]
    pub fn from_rid(rid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.rid() == rid)
    }

    /// Its restriction identifier.
    #[must_use]
    pub const fn rid(self) -> &'static str {
        match self {
            Self::Quarter => "q",
            Self::Half => "h",
            Self::Full => "f",
        }
    }

    /// Its place among [`Layer::ALL`].
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Quarter => 0,
            Self::Half => 1,
            Self::Full => 2,
        }
    }

    /// Its share of the full height, as a divisor.
    pub(crate) const fn divisor(self) -> u32 {
        match self {
            Self::Quarter => 4,
            Self::Half => 2,
            Self::Full => 1,
        }
    }
}
