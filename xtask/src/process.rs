//! Starts other programs, and formats commands, times and sizes for messages.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// The Cargo that started this program, or the one on `PATH`.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Prints a command and runs it; its output goes to the terminal.
///
/// # Errors
/// When it cannot be started or fails. The message has the whole command, to be repeated.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command; returns its standard output if it succeeds.
pub(crate) fn capture(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

/// The first executable of this name on `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// `PATH` with these folders in front; `None` if a folder's name has a separator in it.
pub(crate) fn path_with(folders: impl IntoIterator<Item = PathBuf>) -> Option<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let inherited: Vec<_> = env::split_paths(&inherited).collect();
    env::join_paths(folders.into_iter().chain(inherited)).ok()
}

/// The command as one would type it, with the environment variables that it sets.
pub(crate) fn command_line(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        // PATH is left out, because the line would be too long to read.
        if let Some(value) = value.filter(|_| name != "PATH") {
            let value = quoted(&value.to_string_lossy());
            let _ = write!(line, "{}={value} ", name.to_string_lossy());
        }
    }
    let program = PathBuf::from(command.get_program());
    let name = match program.file_name() {
        // The path of rustup's shims is long.
        Some(name) if name == "cargo" => name.to_string_lossy().into_owned(),
        _ => program.to_string_lossy().into_owned(),
    };
    line.push_str(&quoted(&name));
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&quoted(&arg.to_string_lossy()));
    }
    line
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Formats a duration: `0.4 s`, `12 s`, `1 min 50 s`.
pub(crate) fn format_duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 10 {
        format!("{:.1} s", time.as_secs_f64())
    } else if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Formats a number of bytes: `9.8 kB`, `312 kB`, `11.4 MB`.
pub(crate) fn format_bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..10_000 => format!("{}.{} kB", size / 1_000, size % 1_000 / 100),
        10_000..1_000_000 => format!("{} kB", size / 1_000),
        _ => format!("{}.{} MB", size / 1_000_000, size % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_command_can_be_pasted_into_a_shell() {
        let mut command = Command::new("/opt/bin/cargo");
        command.args(["test", "--", "it's here"]).env("A", "b c");
        assert_eq!(
            command_line(&command),
            r"A='b c' cargo test -- 'it'\''s here'"
        );
    }

    #[test]
    fn times_and_sizes_are_formatted_with_units() {
        assert_eq!(format_duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(format_duration(Duration::from_secs(110)), "1 min 50 s");
        assert_eq!(format_bytes(9_870), "9.8 kB");
        assert_eq!(format_bytes(11_460_000), "11.4 MB");
    }
}
