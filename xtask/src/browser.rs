//! Browsers with their drivers: found, or installed where that is a package away.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    run::{Outcome, printed, run},
    tools::{geckodriver, on_path},
};

pub struct Browsers {
    pub chromedriver: PathBuf,
    /// Or why the tests do without Firefox.
    pub geckodriver: Outcome<PathBuf>,
}

impl Browsers {
    pub fn names(&self) -> String {
        match &self.geckodriver {
            Ok(_) => "Chromium and Firefox".into(),
            Err(reason) => format!("Chromium, not in Firefox ({reason})"),
        }
    }
}

/// Chromium is required, Firefox is welcome.
pub fn find() -> Outcome<Browsers> {
    let chromedriver = chromium()?;
    Ok(Browsers { chromedriver, geckodriver: firefox() })
}

const CHROMIUMS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

pub fn chromium() -> Outcome<PathBuf> {
    let mut pair = installed();
    if pair.is_none() && apt_may_install() {
        println!("installing chromium and chromium-driver with apt (1 to 3 minutes)");
        apt_install(&["chromium", "chromium-driver"])?;
        pair = installed();
    }
    let Some((browser, driver)) = pair else {
        return Err(
            "the browser tests need Chromium or Chrome, and the chromedriver of the same version, on the PATH \
             (Debian: `apt-get install chromium chromium-driver`; Fedora: `dnf install chromium chromedriver`; \
             macOS: `brew install --cask google-chrome chromedriver`; CHROMEDRIVER may name a driver elsewhere), \
             or leave them out with `cargo xtask test --fast`"
                .into(),
        );
    };
    if let (Some(one), Some(other)) = (major(&browser), major(&driver))
        && one != other
    {
        println!("warning: {} is version {one}, {} is version {other}", browser.display(), driver.display());
    }
    Ok(driver)
}

fn installed() -> Option<(PathBuf, PathBuf)> {
    let from_variable = |name: &str| env::var_os(name).map(PathBuf::from);
    let driver = from_variable("CHROMEDRIVER")
        .or_else(|| from_variable("CHROMEWEBDRIVER").map(|folder| folder.join("chromedriver")))
        .filter(|file| file.is_file())
        .or_else(|| on_path("chromedriver"))?;
    let browser = CHROMIUMS
        .iter()
        .find_map(|name| on_path(name))
        .or_else(|| ELSEWHERE.iter().map(PathBuf::from).find(|file| file.is_file()))?;
    Some((browser, driver))
}

fn firefox() -> Outcome<PathBuf> {
    let browser = || on_path("firefox").or_else(|| on_path("firefox-esr"));
    if browser().is_none() && apt_may_install() {
        println!("installing firefox-esr with apt (1 to 3 minutes)");
        if let Err(reason) = apt_install(&["firefox-esr"]) {
            println!("{reason}");
        }
    }
    browser().ok_or("no firefox or firefox-esr on the PATH")?;
    geckodriver()
}

/// apt is used unasked only where nobody else's machine is changed: as root on Debian or Ubuntu, as on a CI machine.
fn apt_may_install() -> bool {
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    is_debian_like(&system) && on_path("apt-get").is_some() && printed("id", &["-u"]).as_deref() == Some("0")
}

fn is_debian_like(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|name| matches!(name, "debian" | "ubuntu"))
}

fn apt_install(packages: &[&str]) -> Outcome {
    let apt = |args: &[&str]| run(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat())
        .map_err(|error| format!("{error}; install {} by hand", packages.join(" and ")))
}

fn major(program: &Path) -> Option<u32> {
    major_in(&printed(program, &["--version"])?)
}

fn major_in(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{is_debian_like, major_in};

    #[test]
    fn debian_and_its_kin_are_told_from_others() {
        assert!(is_debian_like("PRETTY_NAME=\"Debian\"\nID=debian\n"));
        assert!(is_debian_like("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian_like("ID=fedora\nVERSION_ID=42\n"));
    }

    #[test]
    fn a_version_line_has_a_major_number() {
        assert_eq!(major_in("ChromeDriver 156.0.8078.79 (abc)"), Some(156));
        assert_eq!(major_in("Google Chrome 99.1.2"), Some(99));
        assert_eq!(major_in("nothing"), None);
    }
}
