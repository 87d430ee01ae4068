// #region workflows
export * from 'temporal-event-topic/workflows';
// … and your own workflows.
// #endregion workflows
