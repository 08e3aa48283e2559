% -- SPDX-License-Identifier: MIT
% -- build.rs: compiles the pair
//! Compiles ${P}.c with the C compiler named by CC, or cc, and puts it into a library with AR, or ar.
use std::{env, path::Path, process::Command};

fn named(variable: &str, otherwise: &str) -> String {
    println!("cargo:rerun-if-env-changed={variable}");
    env::var(variable).ok().filter(|v| !v.trim().is_empty()).unwrap_or_else(|| otherwise.to_string())
}

/// Runs a command whose program may have arguments of its own, as CC="ccache gcc" has.
fn run(command: &str, arguments: &[&str]) {
    let mut words = command.split_whitespace();
    let program = words.next().expect("CC and AR name programs");
    match Command::new(program).args(words).args(arguments).status() {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("{command} {}: {status}", arguments.join(" ")),
        Err(error) => panic!("{program}: {error}; set CC and AR to a C compiler and an archiver"),
    }
}

fn main() {
    let of_target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let (windows, crossing) = (of_target("OS") == "windows", env::var("HOST") != env::var("TARGET"));
    let prefix = if windows && crossing { of_target("ARCH") + "-w64-mingw32-" } else { String::new() };
    let cc = if prefix.is_empty() { "cc".to_string() } else { prefix.clone() + "gcc" };
    let (cc, ar) = (named("CC", &cc), named("AR", &(prefix + "ar")));
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let object = Path::new(&out).join("${P}.o");
    let library = Path::new(&out).join(if of_target("ENV") == "msvc" { "${P}.lib" } else { "lib${P}.a" });
    let (object, library) = (object.to_str().unwrap(), library.to_str().unwrap());
    for file in ["${P}.c", "${P}.h", "build.rs"] {
        println!("cargo:rerun-if-changed={file}");
    }
    let position = if windows { "-O2" } else { "-fPIC" };
    run(&cc, &["-O2", position, "-c", "${P}.c", "-o", object]);
    run(&ar, &["crs", library, object]);
    println!("cargo:rustc-link-search=native={out}");
    println!("cargo:rustc-link-lib=static=${P}");
    if !windows {
        println!("cargo:rustc-link-lib=m");
    }
}
