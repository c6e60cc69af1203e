using Xunit.Sdk;
using Xunit.v3;

// One browser, one window at a time: a page that waits for its turn would only look slow.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(CommSharp.Page.Tests.Browser))]
