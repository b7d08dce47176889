use anyhow::Result; use crate::{context::Context, report::Section}; pub fn run(_c:&Context,_s:&mut Section)->Result<()>{Ok(())}
