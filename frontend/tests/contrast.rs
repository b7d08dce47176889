//! Every pair of colours that stands on each other is readable, in both themes.
//!
//! Reads `styles/tokens.css`, turns OKLCH into linear sRGB (CSS Color 4 §10.7) and
//! computes the contrast ratio (WCAG 2.2, "relative luminance"): 4.5 for words, 3
//! for what only has to be seen.

use std::collections::BTreeMap;

use shared::id::UserId;

const PAGE: &str = include_str!("../../index.html");
const MANIFEST: &str = include_str!("../assets/manifest.webmanifest");
const TOKENS: &str = include_str!("../styles/tokens.css");
const WORDS: f64 = 4.5;
const SHAPES: f64 = 3.0;

/// Lightness 0–1, chroma, hue in degrees.
#[derive(Clone, Copy, Debug)]
struct Oklch(f64, f64, f64);

impl Oklch {
    fn parse(text: &str, hue: f64) -> Option<Self> {
        let inner = text.strip_prefix("oklch(")?.strip_suffix(')')?;
        let inner = inner.replace("var(--hue)", &hue.to_string());
        let mut numbers = inner.split_whitespace().map_while(|n| n.parse().ok());
        let colour = Oklch(numbers.next()?, numbers.next()?, numbers.next()?);
        // A translucent colour has no contrast of its own.
        (!inner.contains('/')).then_some(colour)
    }

    /// Linear sRGB, clipped to the gamut as a screen does.
    #[expect(
        clippy::many_single_char_names,
        reason = "the specification's own names"
    )]
    fn linear(self) -> [f64; 3] {
        let Oklch(lightness, chroma, hue) = self;
        let (a, b) = (
            chroma * hue.to_radians().cos(),
            chroma * hue.to_radians().sin(),
        );
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
        .map(|channel| channel.clamp(0.0, 1.0))
    }

    /// As `#rrggbb`, for what does not read CSS.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a clipped channel lies between 0 and 255"
    )]
    fn hex(self) -> String {
        let [r, g, b] = self.linear().map(|channel| {
            let curved = if channel <= 0.003_130_8 {
                12.92 * channel
            } else {
                1.055 * channel.powf(1.0 / 2.4) - 0.055
            };
            format!("{:02x}", (curved * 255.0).round() as u8)
        });
        format!("#{r}{g}{b}")
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

fn ratio(a: Oklch, b: Oklch) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colours of the file by name, light and dark, each declared on one line. A
/// tone's are those of `hue`.
fn colours(hue: f64) -> BTreeMap<&'static str, [Oklch; 2]> {
    let mut found = BTreeMap::new();
    for line in TOKENS.lines() {
        let declaration = line.trim().strip_prefix("--");
        let Some((name, value)) = declaration.and_then(|d| d.split_once(": light-dark(")) else {
            continue;
        };
        let Some((light, dark)) = value.strip_suffix("));").unwrap_or(value).split_once("), ")
        else {
            panic!("--{name} is not on one line");
        };
        let both = [light, dark].map(|colour| Oklch::parse(&format!("{colour})"), hue));
        if let [Some(light), Some(dark)] = both {
            // Only the first of a name: later ones are for wishes like more contrast.
            found.entry(name).or_insert([light, dark]);
        }
    }
    found
}

fn check(text: &[&str], on: &[&str], least: f64, hue: f64) {
    let colours = colours(hue);
    let get = |name: &str| *colours.get(name).unwrap_or_else(|| panic!("no --{name}"));
    for front in text {
        for back in on {
            for (theme, (a, b)) in ["light", "dark"]
                .into_iter()
                .zip(get(front).into_iter().zip(get(back)))
            {
                let ratio = ratio(a, b);
                assert!(
                    ratio >= least,
                    "--{front} on --{back}, {theme}, hue {hue}: {ratio:.2} < {least}"
                );
            }
        }
    }
}

#[test]
fn black_on_white_is_twenty_one() {
    let measured = ratio(Oklch(0.0, 0.0, 0.0), Oklch(1.0, 0.0, 0.0));
    assert!((measured - 21.0).abs() < 0.01, "{measured}");
    // #767676 is the well-known grey at the edge of 4.5 on white.
    let grey = ratio(Oklch(0.5673, 0.0, 0.0), Oklch(1.0, 0.0, 0.0));
    assert!((grey - 4.54).abs() < 0.05, "{grey}");
}

#[test]
fn words_are_readable_on_every_paper() {
    let papers = [
        "paper-sunk",
        "paper",
        "paper-raised",
        "wash",
        "wash-strong",
        "accent-wash",
    ];
    check(&["ink", "ink-soft", "accent-ink"], &papers, WORDS, 0.0);
    check(&["ink-faint"], &papers, WORDS, 0.0);
    check(
        &["alarm"],
        &["paper", "paper-raised", "alarm-wash", "wash", "wash-strong"],
        WORDS,
        0.0,
    );
}

#[test]
fn words_are_readable_on_what_is_pressed() {
    check(&["on-accent"], &["accent", "accent-strong"], WORDS, 0.0);
    check(&["on-signal"], &["signal"], WORDS, 0.0);
    check(&["paper-raised"], &["alarm"], WORDS, 0.0);
    check(&["paper"], &["ink"], WORDS, 0.0);
}

#[test]
fn edges_and_rings_are_seen() {
    check(
        &["edge", "accent"],
        &["paper-sunk", "paper", "paper-raised"],
        SHAPES,
        0.0,
    );
    check(&["signal"], &["paper-sunk", "paper"], SHAPES, 0.0);
}

#[test]
fn the_words_of_a_message_have_the_most_contrast() {
    let colours = colours(0.0);
    for theme in [0, 1] {
        let on_paper = |name: &str| ratio(colours[name][theme], colours["paper"][theme]);
        for other in ["ink-soft", "ink-faint", "accent-ink", "alarm", "edge"] {
            assert!(on_paper("ink") > 1.4 * on_paper(other), "{other}");
        }
    }
}

/// The hue of each tone, in order.
fn hues() -> Vec<f64> {
    TOKENS
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("--hue: ")?
                .strip_suffix(';')?
                .parse()
                .ok()
        })
        .collect()
}

#[test]
fn initials_are_readable_on_every_tone() {
    assert_eq!(hues().len(), usize::from(frontend::state::TONES));
    for hue in hues() {
        check(&["tone-ink"], &["tone-paper"], WORDS, hue);
    }
}

#[test]
fn tones_lie_apart_and_people_who_came_one_after_another_have_distant_ones() {
    let hues = hues();
    let apart = |a: f64, b: f64| {
        let turn = (a - b).rem_euclid(360.0);
        turn.min(360.0 - turn)
    };
    for (at, hue) in hues.iter().enumerate() {
        for other in &hues[..at] {
            assert!(apart(*hue, *other) >= 30.0, "{hue} and {other}");
        }
    }
    let of = |id: i64| hues[usize::from(frontend::state::tone(Some(UserId(id)), ""))];
    for id in 1..40 {
        assert!(apart(of(id), of(id + 1)) >= 120.0, "{id} and the next");
    }
}

#[test]
fn the_bars_of_the_browser_have_the_colour_of_the_page() {
    let [light, dark] = colours(0.0)["paper"].map(Oklch::hex);
    assert!(
        PAGE.contains(&format!("content=\"{light}\" data-for=\"light\"")),
        "{light}"
    );
    assert!(
        PAGE.contains(&format!("content=\"{dark}\" data-for=\"dark\"")),
        "{dark}"
    );
    let pine = colours(0.0)["accent"][0].hex();
    assert!(MANIFEST.contains(&pine), "{pine}");
    assert!(include_str!("../assets/icon.svg").contains(&pine), "{pine}");
}
