% -- SPDX-License-Identifier: MIT
% -- lib.rs: functions over slices
//! LayerNorm and RMSNorm of packed rows: `x` holds row after row, each as wide as `gamma`.
//!
//! Every function checks the lengths of all slices first. An error names the argument, and nothing has been written
//! then. Elements of bf16 and f16 are `u16`, their bits. Threads may share out the rows as they like: the same row
//! gives the same bits in any batch.
use std::ffi::CStr;
use std::fmt;
use std::os::raw::c_char; // also in std::ffi from Rust 1.64 on

mod c {
    use super::c_char;
    extern "C" {
% for _, s in ipairs(served) do
%   local n, E, G = s.norm, types[s.dtype], types[s.params]
        pub fn ${n.full}_any(
            y: *mut ${E},
%   if s.form == "layernorm" then
            mean: *mut f32,
%   end
            rstd: *mut f32,
            x: *const ${E},
%   if s.gamma then
            gamma: *const ${G},
%   end
%   if s.beta then
            beta: *const ${G},
%   end
            eps: f32,
            rows: usize,
            width: usize,
        );
%   if n.backward then
        pub fn ${n.backward.full}_any(
            dx: *mut ${E},
%     if s.gamma then
            dgamma: *mut f32,
%     end
%     if s.beta then
            dbeta: *mut f32,
%     end
            dy: *const ${E},
            x: *const ${E},
%     if s.form == "layernorm" then
            mean: *const f32,
%     end
            rstd: *const f32,
%     if s.gamma then
            gamma: *const ${G},
%     end
            rows: usize,
            width: usize,
%     if s.gamma then
            workspace: *mut f32,
%     end
        );
%     if s.gamma then
        pub fn ${n.backward.full}_workspace(width: usize, rows: usize) -> usize;
%     end
%   end
% end
        pub fn ${P}_isa() -> *const c_char;
    }
}

/// What was wrong with an argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The width is 0: gamma is empty, or width is 0.
    Width,
    /// `x` does not hold whole rows.
    Rows { length: usize, width: usize },
    /// Another slice is not as long as it should be.
    Length { argument: &'static str, length: usize, wanted: usize },
    /// eps is negative, infinite or not a number.
    Eps(f32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Error::Width => write!(f, "the width, or the length of gamma, is 0; it should be at least 1"),
            Error::Rows { length, width } => {
                write!(f, "x has {length} elements; there should be a multiple of the width, {width}")
            }
            Error::Length { argument, length, wanted } => {
                write!(f, "{argument} has {length} elements; there should be {wanted}")
            }
            Error::Eps(eps) => write!(f, "eps is {eps}; it should be a number of at least 0"),
        }
    }
}

impl std::error::Error for Error {}

/// How many rows x holds.
fn rows_of(length: usize, width: usize) -> Result<usize, Error> {
    match width {
        0 => Err(Error::Width),
        _ if length % width != 0 => Err(Error::Rows { length, width }),
        _ => Ok(length / width),
    }
}

fn check_length(argument: &'static str, length: usize, wanted: usize) -> Result<(), Error> {
    if length == wanted {
        Ok(())
    } else {
        Err(Error::Length { argument, length, wanted })
    }
}

fn check_eps(eps: f32) -> Result<(), Error> {
    if eps.is_finite() && eps >= 0.0 {
        Ok(())
    } else {
        Err(Error::Eps(eps))
    }
}

/// The instruction set in use: ${table.concat(isa_quoted, ", ")}.
pub fn isa() -> &'static str {
    unsafe { CStr::from_ptr(c::${P}_isa()) }.to_str().unwrap_or("")
}

% for _, s in ipairs(served) do
%   local n, E, G, name = s.norm, types[s.dtype], types[s.params], s.norm.name
%   local centred, width = s.form == "layernorm", s.gamma and "gamma.len()" or "width"
%   -- the three ways to call a norm: what is written where
%   for _, way in ipairs { "", "_in_place", "_with_statistics" } do
%     local x = way == "_in_place" and "x" or "y"
%     local statistics = way == "_with_statistics"
%     if way == "" then
/// ${n.title}: y from x.
%     elseif way == "_in_place" then
/// ${n.title}: x is replaced.
%     else
/// ${n.title}: y from x, and ${centred and "mean and rstd" or "rstd"} of each row.
%     end
#[allow(clippy::too_many_arguments)]
pub fn ${name}${way}(
%     if x == "y" then
    y: &mut [${E}],
%     end
%     if statistics and centred then
    mean: &mut [f32],
%     end
%     if statistics then
    rstd: &mut [f32],
%     end
%     if x == "y" then
    x: &[${E}],
%     else
    x: &mut [${E}],
%     end
%     if s.gamma then
    gamma: &[${G}],
%     end
%     if s.beta then
    beta: &[${G}],
%     end
    eps: f32,
%     if not s.gamma then
    width: usize,
%     end
) -> Result<(), Error> {
    let rows = rows_of(x.len(), ${width})?;
%     if x == "y" then
    check_length("y", y.len(), x.len())?;
%     end
%     if statistics and centred then
    check_length("mean", mean.len(), rows)?;
%     end
%     if statistics then
    check_length("rstd", rstd.len(), rows)?;
%     end
%     if s.beta then
    check_length("beta", beta.len(), gamma.len())?;
%     end
    check_eps(eps)?;
    if rows > 0 {
%     if x == "x" then
        let x = x.as_mut_ptr(); // for both, since a second pointer would end what the first may do
%     end
        unsafe {
            c::${n.full}_any(
                ${x == "x" and "x" or "y.as_mut_ptr()"},
%     if centred then
                ${statistics and "mean.as_mut_ptr()" or "std::ptr::null_mut()"},
%     end
                ${statistics and "rstd.as_mut_ptr()" or "std::ptr::null_mut()"},
                ${x == "x" and "x" or "x.as_ptr()"},
%     if s.gamma then
                gamma.as_ptr(),
%     end
%     if s.beta then
                beta.as_ptr(),
%     end
                eps,
                rows,
                ${width},
            )
        }
    }
    Ok(())
}

%   end
%   if n.backward then
/// Gradients of ${n.title}: dx${s.gamma and (s.beta and ", dgamma and dbeta" or " and dgamma") or ""} from dy.
%     if s.gamma then
/// `workspace` grows as needed; the next call can use it again.
%     end
#[allow(clippy::too_many_arguments)]
pub fn ${name}_backward(
    dx: &mut [${E}],
%     if s.gamma then
    dgamma: &mut [f32],
%     end
%     if s.beta then
    dbeta: &mut [f32],
%     end
    dy: &[${E}],
    x: &[${E}],
%     if centred then
    mean: &[f32],
%     end
    rstd: &[f32],
%     if s.gamma then
    gamma: &[${G}],
    workspace: &mut Vec<f32>,
%     else
    width: usize,
%     end
) -> Result<(), Error> {
    let rows = rows_of(x.len(), ${width})?;
    check_length("dx", dx.len(), x.len())?;
    check_length("dy", dy.len(), x.len())?;
%     if centred then
    check_length("mean", mean.len(), rows)?;
%     end
    check_length("rstd", rstd.len(), rows)?;
%     if s.gamma then
    check_length("dgamma", dgamma.len(), gamma.len())?;
%     end
%     if s.beta then
    check_length("dbeta", dbeta.len(), gamma.len())?;
%     end
    if rows == 0 {
%     if s.gamma then
        dgamma.fill(0.0);
%     end
%     if s.beta then
        dbeta.fill(0.0);
%     end
        return Ok(());
    }
    unsafe {
%     if s.gamma then
        let bytes = c::${n.backward.full}_workspace(gamma.len(), rows);
        workspace.resize(workspace.len().max((bytes + 3) / 4), 0.0);
%     end
        c::${n.backward.full}_any(
            dx.as_mut_ptr(),
%     if s.gamma then
            dgamma.as_mut_ptr(),
%     end
%     if s.beta then
            dbeta.as_mut_ptr(),
%     end
            dy.as_ptr(),
            x.as_ptr(),
%     if centred then
            mean.as_ptr(),
%     end
            rstd.as_ptr(),
%     if s.gamma then
            gamma.as_ptr(),
%     end
            rows,
            ${width},
%     if s.gamma then
            workspace.as_mut_ptr(),
%     end
        )
    }
    Ok(())
}

%   end
% end
