# Template: .github/scripts/release.mjs fills in what stands in braces.
class K8sAudit < Formula
  desc "Analyze Kubernetes audit logs with Falco rules"
  homepage "{{homepage}}"
  version "{{version}}"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "{{base}}/{{archive darwin-arm64}}"
      sha256 "{{sha256 darwin-arm64}}"
    end
    on_intel do
      url "{{base}}/{{archive darwin-x64}}"
      sha256 "{{sha256 darwin-x64}}"
    end
  end

  on_linux do
    on_arm do
      url "{{base}}/{{archive linux-arm64}}"
      sha256 "{{sha256 linux-arm64}}"
    end
    on_intel do
      url "{{base}}/{{archive linux-x64}}"
      sha256 "{{sha256 linux-x64}}"
    end
  end

  def install
    bin.install "k8s-audit"
    man1.install "k8s-audit.1"
    generate_completions_from_executable(bin/"k8s-audit", "completion")
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/k8s-audit --version").strip
    assert_match "Create Privileged Pod", shell_output("#{bin}/k8s-audit rules list")
  end
end
