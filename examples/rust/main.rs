// SPDX-License-Identifier: MIT
// The vendored pair from Rust: rustc main.rs -L . -l static=gpt2
use std::ffi::CStr;
use std::os::raw::c_char; // also in std::ffi from Rust 1.64 on

extern "C" {
    fn gpt2_layernorm_f32_768(
        y: *mut f32, mean: *mut f32, rstd: *mut f32, x: *const f32, gamma: *const f32, beta: *const f32,
        eps: f32, rows: usize,
    );
    fn gpt2_isa() -> *const c_char;
}

const WIDTH: usize = 768;

/// y = LayerNorm(x), row by row.
fn layernorm(y: &mut [f32], x: &[f32], gamma: &[f32; WIDTH], beta: &[f32; WIDTH]) {
    assert!(x.len() == y.len() && x.len() % WIDTH == 0);
    unsafe {
        gpt2_layernorm_f32_768(
            y.as_mut_ptr(), std::ptr::null_mut(), std::ptr::null_mut(), x.as_ptr(), gamma.as_ptr(), beta.as_ptr(),
            1e-5, x.len() / WIDTH,
        )
    }
}

fn main() {
    let x: Vec<f32> = (0..2 * WIDTH).map(|i| (i % 9) as f32).collect();
    let mut y = vec![0.0; x.len()];
    layernorm(&mut y, &x, &[1.0; WIDTH], &[0.0; WIDTH]);
    let squares = y[..WIDTH].iter().map(|v| v * v).sum::<f32>() / WIDTH as f32;
    let isa = unsafe { CStr::from_ptr(gpt2_isa()) }.to_str().unwrap();
    println!("mean square of the first row: {squares:.5}, on {isa}");
    assert!((squares - 1.0).abs() < 1e-3);
}
