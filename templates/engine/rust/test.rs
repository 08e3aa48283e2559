% -- SPDX-License-Identifier: MIT
% -- test.rs: the crate's functions against formulas in f64
//! cargo test compares every function with the formula in f64.
use ${P}::*;

/// The elements of a type, from and to f64.
trait Element: Copy + Default + PartialEq + std::fmt::Debug {
    const UNIT: f64;
    fn from_f64(v: f64) -> Self;
    fn to_f64(self) -> f64;
}

impl Element for f32 {
    const UNIT: f64 = f32::EPSILON as f64;
    fn from_f64(v: f64) -> f32 {
        v as f32
    }
    fn to_f64(self) -> f64 {
        self as f64
    }
}

% local short = { bf16 = { "Bf16", 7, 127 }, f16 = { "F16", 10, 15 } }
% local used, of_parameters = {}, {} -- types of rows; of parameters
% for _, s in ipairs(served) do used[s.dtype], of_parameters[s.params or "none"] = true, true end
% for _, type in ipairs { "bf16", "f16" } do
%   if used[type] then
%     local t = short[type]
/// The bits of ${type}; made of normal numbers only.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(transparent)]
struct ${t[1]}(u16);

impl Element for ${t[1]} {
    const UNIT: f64 = 1.0 / (1u32 << ${tostring(t[2])}) as f64;
    fn from_f64(v: f64) -> Self {
        let bits = (v as f32).to_bits();
        let (sign, exponent) = ((bits >> 31) as u16, (bits >> 23 & 255) as i32 - 127 + ${tostring(t[3])});
        if exponent <= 0 {
            return ${t[1]}(sign << 15);
        }
        ${t[1]}(sign << 15 | (exponent as u16) << ${tostring(t[2])} | (bits >> ${tostring(23 - t[2])} & ${tostring((1 << t[2]) - 1)}) as u16)
    }
    fn to_f64(self) -> f64 {
        let (exponent, fraction) = (self.0 >> ${tostring(t[2])} & ${tostring((1 << (15 - t[2])) - 1)}, self.0 & ${tostring((1 << t[2]) - 1)});
        let (leading, power) = if exponent == 0 { (0.0, 1) } else { (1.0, exponent as i32) };
        let value = (leading + fraction as f64 * Self::UNIT) * 2f64.powi(power - ${tostring(t[3])});
        if self.0 >> 15 == 1 { -value } else { value }
    }
}

/// The same elements as the crate's functions take them.
fn bits_of_${type}(v: &[${t[1]}]) -> &[u16] {
    unsafe { std::slice::from_raw_parts(v.as_ptr() as *const u16, v.len()) }
}

fn bits_of_${type}_mut(v: &mut [${t[1]}]) -> &mut [u16] {
    unsafe { std::slice::from_raw_parts_mut(v.as_mut_ptr() as *mut u16, v.len()) }
}

%   end
% end
% if used.f32 or of_parameters.f32 then
fn bits_of_f32(v: &[f32]) -> &[f32] {
    v
}

% end
% if used.f32 then
fn bits_of_f32_mut(v: &mut [f32]) -> &mut [f32] {
    v
}

% end
struct Random(u64);

impl Random {
    /// About as normal numbers are.
    fn vector<E: Element>(&mut self, n: usize, scale: f64, shift: f64) -> Vec<E> {
        (0..n)
            .map(|_| {
                let mut sum = -6.0;
                for _ in 0..12 {
                    self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    sum += (self.0 >> 40) as f64 / (1u64 << 24) as f64;
                }
                E::from_f64(sum * scale + shift)
            })
            .collect()
    }
}

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |a, b| a.max(b.abs()))
}

fn within<E: Element>(what: &str, found: &[E], wanted: &[f64], scale: f64, epsilon: f64) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (i, (f, w)) in found.iter().zip(wanted).enumerate() {
        assert!((f.to_f64() - w).abs() <= scale * 8.0 * epsilon, "{what}: element {i}: {} is not {w}", f.to_f64());
    }
}

fn close<E: Element>(what: &str, found: &[E], wanted: &[f64], epsilon: f64) {
    within(what, found, wanted, largest(wanted), epsilon);
}

/// y, mean and rstd of each row.
fn plainly(x: &[f64], gain: &[f64], beta: &[f64], eps: f64, centred: bool) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (width, mut y, mut means, mut rstds) = (gain.len(), vec![], vec![], vec![]);
    for row in x.chunks(width) {
        let mean = if centred { row.iter().sum::<f64>() / width as f64 } else { 0.0 };
        let rstd = 1.0 / (row.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / width as f64 + eps).sqrt();
        y.extend(row.iter().zip(gain).zip(beta).map(|((v, g), b)| (v - mean) * rstd * g + b));
        means.push(mean);
        rstds.push(rstd);
    }
    (y, means, rstds)
}

fn wide<E: Element>(v: &[E]) -> Vec<f64> {
    v.iter().map(|e| e.to_f64()).collect()
}

const WIDTHS: &[usize] = &[${table.concat(widths, ", ")}, 100];
const EPS: f32 = 1e-5;

% for _, s in ipairs(served) do
%   local n, name = s.norm, s.norm.name
%   local E, G = ({ f32 = "f32", bf16 = "Bf16", f16 = "F16" })[s.dtype], ({ f32 = "f32", bf16 = "Bf16", f16 = "F16" })[s.params or "f32"]
%   local centred = s.form == "layernorm"
%   local b, p = "bits_of_" .. s.dtype, "bits_of_" .. (s.params or "f32")
%   local parameters = (s.gamma and (", %s(&gamma)"):format(p) or "") .. (s.beta and (", %s(&beta)"):format(p) or "")
%   local last = s.gamma and "" or ", width"
%   local saved = centred and "&mut mean, &mut rstd" or "&mut rstd"
#[test]
fn test_${name}() {
    for (&width, rows) in WIDTHS.iter().flat_map(|w| [0, 1, 5, 70].map(|r| (w, r))) {
        let mut random = Random(width as u64 + rows as u64);
        let x: Vec<${E}> = random.vector(rows * width, 1.0, 0.1);
%   if s.gamma then
        let gamma: Vec<${G}> = random.vector(width, 0.2, 1.0);
%   end
%   if s.beta then
        let beta: Vec<${G}> = random.vector(width, 1.0, 0.0);
%   end
        let mut y = vec![${E}::default(); x.len()];
%   if s.gamma then
        let gain: Vec<f64> = wide(&gamma).iter().map(|g| g + ${s.form == "rmsnorm1" and "1.0" or "0.0"}).collect();
%   else
        let gain = vec![1.0; width];
%   end
        let beta_or_0 = ${s.beta and "wide(&beta)" or "vec![0.0; width]"};
%   local means = (centred or n.backward) and "means" or "_"
        let (wanted, ${means}, rstds) = plainly(&wide(&x), &gain, &beta_or_0, EPS as f64, ${tostring(centred)});
        ${name}(${b}_mut(&mut y), ${b}(&x)${parameters}, EPS${last}).unwrap();
        close("y", &y, &wanted, ${E}::UNIT);
        let mut same = x.clone();
        ${name}_in_place(${b}_mut(&mut same)${parameters}, EPS${last}).unwrap();
        assert_eq!(same, y, "in place");
%   if centred then
        let mut mean = vec![0f32; rows];
%   end
        let mut rstd = vec![0f32; rows];
        y.fill(${E}::default());
        ${name}_with_statistics(${b}_mut(&mut y), ${saved}, ${b}(&x)${parameters}, EPS${last}).unwrap();
        assert_eq!(same, y, "with statistics");
%   if centred then
        close("mean", &mean, &means, f32::UNIT);
%   end
        close("rstd", &rstd, &rstds, f32::UNIT);
%   if n.backward then
        let dy: Vec<${E}> = random.vector(x.len(), 1.0, 0.0);
        let mut dx = vec![${E}::default(); x.len()];
%     if s.gamma then
        let (mut dgamma, mut workspace) = (vec![9f32; width], vec![]);
%     end
%     if s.beta then
        let mut dbeta = vec![9f32; width];
%     end
        let (mut dx_wanted, mut terms) = (vec![], vec![]); // differences of terms, which may cancel
%     if s.gamma then
        let mut dgamma_wanted = vec![0.0; width];
%     end
%     if s.beta then
        let mut dbeta_wanted = vec![0.0; width];
%     end
        for (row, (x, dy)) in wide(&x).chunks(width).zip(wide(&dy).chunks(width)).enumerate() {
            let xhat: Vec<f64> = x.iter().map(|v| (v - means[row]) * rstds[row]).collect();
            let g: Vec<f64> = dy.iter().zip(&gain).map(|(a, b)| a * b).collect();
            let average = if ${tostring(centred)} { g.iter().sum::<f64>() / width as f64 } else { 0.0 };
            let product = g.iter().zip(&xhat).map(|(a, b)| a * b).sum::<f64>() / width as f64;
            for i in 0..width {
                terms.push(rstds[row] * g[i]);
                dx_wanted.push(rstds[row] * (g[i] - average - xhat[i] * product));
%     if s.gamma then
                dgamma_wanted[i] += dy[i] * xhat[i];
%     end
%     if s.beta then
                dbeta_wanted[i] += dy[i];
%     end
            }
        }
%     local written = (s.gamma and ", &mut dgamma" or "") .. (s.beta and ", &mut dbeta" or "")
%     local read = (centred and ", &mean, &rstd" or ", &rstd") .. (s.gamma and (", %s(&gamma), &mut workspace"):format(p) or ", width")
        ${name}_backward(${b}_mut(&mut dx)${written}, ${b}(&dy), ${b}(&x)${read}).unwrap();
        within("dx", &dx, &dx_wanted, largest(&terms), ${E}::UNIT);
%     if s.gamma then
        close("dgamma", &dgamma, &dgamma_wanted, 4.0 * f32::UNIT);
%     end
%     if s.beta then
        close("dbeta", &dbeta, &dbeta_wanted, 4.0 * f32::UNIT);
%     end
%   end
    }
}

#[test]
fn test_${name}_of_bad_input() {
    let x = vec![${E}::from_f64(1.0); 24];
%   if s.gamma then
    let gamma = vec![${G}::from_f64(1.0); 8];
%   else
    let width = 8;
%   end
%   if s.beta then
    let beta = gamma.clone();
%   end
    let mut y = vec![${E}::from_f64(9.0); 24];
    let fails = |result: Result<(), Error>, words: &str| {
        let text = result.unwrap_err().to_string();
        assert!(text.starts_with(words), "{text}");
    };
    fails(${name}(${b}_mut(&mut y), ${b}(&x[..23])${parameters}, EPS${last}), "x has 23 elements; there should be a multiple");
    fails(${name}(${b}_mut(&mut y[..16]), ${b}(&x)${parameters}, EPS${last}), "y has 16 elements; there should be 24");
    for eps in [-1.0, f32::NAN, f32::INFINITY] {
        fails(${name}(${b}_mut(&mut y), ${b}(&x)${parameters}, eps${last}), "eps is ");
    }
%   local none = (s.gamma and ", &[]" or "") .. (s.beta and ", &[]" or "") .. ", EPS" .. (s.gamma and "" or ", 0")
    fails(${name}(${b}_mut(&mut y), ${b}(&x)${none}), "the width, or the length of gamma, is 0");
%   if s.beta then
    fails(${name}(${b}_mut(&mut y), ${b}(&x), ${p}(&gamma), ${p}(&beta[..7]), EPS), "beta has 7 elements; there should be 8");
%   end
    assert!(y.iter().all(|v| *v == ${E}::from_f64(9.0)), "nothing is written");
%   if centred then
    let mut mean = vec![9f32; 3];
%   end
    let mut rstd = vec![9f32; 2];
    fails(${name}_with_statistics(${b}_mut(&mut y), ${saved}, ${b}(&x)${parameters}, EPS${last}), "rstd has 2 elements");
    assert!(y.iter().all(|v| *v == ${E}::from_f64(9.0)) && rstd == [9.0; 2], "nothing is written");
%   if centred then
    assert!(mean == [9.0; 3], "nothing is written");
%   end
%   if n.backward then
%     local written = (s.gamma and ", &mut [9.0; 8]" or "") .. (s.beta and ", &mut [9.0; 8]" or "")
%     local read = (centred and ", &[0.0; 3]" or "") .. ", &[1.0; 3]"
%     local end_of_list = s.gamma and (", %s(&gamma), &mut vec![]"):format(p) or ", width"
    let mut gradients = |dx: usize, dy: usize| {
        ${name}_backward(${b}_mut(&mut y[..dx])${written}, ${b}(&x[..dy]), ${b}(&x)${read}${end_of_list})
    };
    fails(gradients(16, 24), "dx has 16 elements; there should be 24");
    fails(gradients(24, 23), "dy has 23 elements; there should be 24");
    assert!(y.iter().all(|v| *v == ${E}::from_f64(9.0)), "nothing is written");
%   end
}

% end
#[test]
fn test_isa() {
    assert!([${table.concat(isa_quoted, ", ")}].contains(&isa()));
}
